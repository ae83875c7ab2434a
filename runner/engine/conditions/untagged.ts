import {
  describeAbsence,
  describeMatcher,
  describeNearest,
  describeValue,
  joinPath,
  quote,
} from '../../matchers/describe.ts';
import { judge } from '../../matchers/match.ts';
import { findNearest } from '../../matchers/nearest.ts';
import { conjunction, differing, held, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Condition, Expectation, Untagged } from '../../plan.ts';
import type { UntaggedResponse } from '../../protocol/reply.ts';
import { isWords, type Value, words } from '../../value.ts';
import { beginsWith } from './begins.ts';

/** Each wanted response must be there, in any order, and none of the forbidden ones. */
export function judgeUntagged(
  condition: Extract<Condition, { kind: 'untagged' }>,
  untagged: readonly UntaggedResponse[],
  scope: Scope,
): Verdict {
  return conjunction(
    condition.want.map((want) => (want.forbidden ? judgeForbidden : judgeWanted)(want, untagged, scope)),
  );
}

function judgeWanted(entry: Untagged, untagged: readonly UntaggedResponse[], scope: Scope): Verdict {
  const verdicts: Verdict[] = [];
  const candidates = untagged.filter((response) => isAbout(entry, response));
  for (const response of candidates) {
    const verdict = judgeResponse(entry, response, scope);
    if (verdict.outcome === 'holds') return verdict;
    verdicts.push(verdict);
  }
  const path = pathOf(entry);
  const [only] = verdicts;
  // The one response of its name is the one that was meant.
  if (only && verdicts.length === 1 && entry.want.form === 'data') return differing(...only.mismatches);
  const expected = describeUntagged(entry, scope);
  return differing({
    path,
    expected,
    actual: actualOf(entry, untagged, candidates, verdicts),
    missing: [expected],
    span: entry.span,
  });
}

/** The response that comes nearest; else what there is. */
function actualOf(
  entry: Untagged,
  untagged: readonly UntaggedResponse[],
  candidates: readonly UntaggedResponse[],
  verdicts: readonly Verdict[],
): string {
  const path = pathOf(entry);
  const meant = meantOnes(verdicts, path);
  const nearest = findNearest(
    meant.map((index) => verdicts[index] ?? held),
    () => path,
  );
  const response = nearest && candidates[meant[nearest.index] ?? 0];
  if (nearest && response) return describeNearest(quote(`* ${response.text}`), nearest.mismatches, path);
  if (entry.want.form === 'data' && candidates.length === 0) {
    return describeAbsence([...new Set(untagged.map(({ name }) => name))]);
  }
  return describeValue((candidates.length > 0 ? candidates : untagged).map(({ text }) => `* ${text}`));
}

/** What tells one response of a name from another. */
const identities = ['seq', 'name', 'root'];

/** The responses about the message or the mailbox that the entry names, by index; where there is none, all of them. */
function meantOnes(verdicts: readonly Verdict[], path: string): readonly number[] {
  const others = identities.map((name) => joinPath(path, name));
  const all = verdicts.map((_, index) => index);
  const meant = all.filter((index) => !verdicts[index]?.mismatches.some((each) => others.includes(each.path)));
  return meant.length > 0 ? meant : all;
}

function judgeForbidden(entry: Untagged, untagged: readonly UntaggedResponse[], scope: Scope): Verdict {
  const found = untagged.filter((response) => meets(entry, response, scope)).map(({ text }) => quote(`* ${text}`));
  if (found.length === 0) return held;
  const actual = found.join(', ');
  return differing({
    path: pathOf(entry),
    expected: describeUntagged(entry, scope),
    actual,
    extra: found,
    span: entry.span,
  });
}

function isAbout({ want }: Untagged, response: UntaggedResponse): boolean {
  return want.form !== 'data' || want.name.toUpperCase() === response.name;
}

function meets(entry: Untagged, response: UntaggedResponse, scope: Scope): boolean {
  return isAbout(entry, response) && judgeResponse(entry, response, scope).outcome === 'holds';
}

function judgeResponse({ want, span }: Untagged, response: UntaggedResponse, scope: Scope): Verdict {
  switch (want.form) {
    case 'begins': {
      const text = scope.expand(want.text);
      if (beginsWith(response.text, text)) return held;
      const expected = `a response that begins with ${quote(`* ${text}`)}`;
      return differing({ path: 'untagged', expected, actual: quote(`* ${response.text}`), span });
    }
    case 'text':
      return judge(want.matcher, response.text, scope, 'untagged');
    case 'data':
      return judge(want.matcher, dataOf(response), scope, joinPath('untagged', want.name));
  }
}

/** What a matcher sees: the parsed data, and the text where there are none; of a record, its text as well. */
function dataOf(response: UntaggedResponse): Value {
  const { data } = response;
  if (data !== undefined && !isRecord(data)) return data;
  const text = response.text.replace(/^(?:\d+ )?[^ ]* ?/, '');
  return data === undefined ? text : words([text], { text, caseless: false, fields: data });
}

function isRecord(value: Value): value is Extract<Value, { readonly [name: string]: Value }> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWords(value);
}

function pathOf({ want }: Untagged): string {
  return want.form === 'data' ? joinPath('untagged', want.name) : 'untagged';
}

export function describeUntagged({ want, forbidden }: Untagged, scope: Scope): string {
  const article = forbidden ? 'no untagged' : 'an untagged';
  switch (want.form) {
    case 'begins':
      return `${article} response that begins with ${quote(`* ${scope.expand(want.text)}`)}`;
    case 'text':
      return `${article} response: ${describeMatcher(want.matcher, scope)}`;
    case 'data':
      return `${article} ${want.name} ${describeMatcher(want.matcher, scope)}`;
  }
}

/** Conditions that do not ask for more of a reply than its untagged responses. */
const besidesUntagged: ReadonlySet<Condition['kind']> = new Set(['untagged', 'within', 'after']);

/**
 * For an expectation of untagged responses alone: whether those so far are enough. None where the expectation is about
 * the tagged response as well, or forbids alone: then the reply ends where the protocol says.
 */
export function enoughUntagged(
  expectation: Expectation,
  scope: Scope,
): ((untagged: readonly UntaggedResponse[]) => boolean) | undefined {
  if (expectation.kind !== 'reply') return undefined;
  const [first, ...more] = expectation.conditions;
  if (first?.kind === 'one_of' && more.length === 0) return enoughForOne(first.of, scope);
  if (!expectation.conditions.every(({ kind }) => besidesUntagged.has(kind))) return undefined;
  const wanted = expectation.conditions
    .flatMap((condition) => (condition.kind === 'untagged' ? condition.want : []))
    .filter(({ forbidden }) => !forbidden);
  if (wanted.length === 0) return undefined;
  return onceMet(wanted, (entry, response) => meets(entry, response, scope));
}

/** Asked about a growing list, it looks at what is new: a server that sends thousands must not hold up other scenarios. */
function onceMet(
  wanted: readonly Untagged[],
  isMet: (entry: Untagged, response: UntaggedResponse) => boolean,
): (untagged: readonly UntaggedResponse[]) => boolean {
  let list: readonly UntaggedResponse[] | undefined;
  let seen = 0;
  let open = wanted;
  return (untagged) => {
    if (untagged !== list) [list, seen, open] = [untagged, 0, wanted];
    for (const response of untagged.slice(seen)) open = open.filter((entry) => !isMet(entry, response));
    seen = untagged.length;
    return open.length === 0;
  };
}

/** Alternatives that are no replies (`closed`, `nothing`) do not wait for a tagged response either. */
function enoughForOne(alternatives: readonly Expectation[], scope: Scope): ReturnType<typeof enoughUntagged> {
  const replies = alternatives.filter(({ kind }) => kind === 'reply');
  const predicates = replies.flatMap((alternative) => enoughUntagged(alternative, scope) ?? []);
  if (predicates.length === 0 || predicates.length < replies.length) return undefined;
  return (untagged) => predicates.some((enough) => enough(untagged));
}
