import { judge } from '../../matchers/match.ts';
import { findNearest } from '../../matchers/nearest.ts';
import { capturesIn } from '../../matchers/parts.ts';
import { type Path, pathText, under } from '../../matchers/path.ts';
import { actualOf, namesOf } from '../../matchers/sample.ts';
import { fillingFrom, mapUntagged } from '../../matchers/texts.ts';
import { conjunction, differing, held, holding, type Scope, type Verdict } from '../../matchers/verdict.ts';
import { sameWord } from '../../matchers/words.ts';
import type { Actual, Expected, Nearest } from '../../mismatch.ts';
import type { Condition, Expectation, Matcher, Text, Untagged } from '../../plan.ts';
import type { UntaggedResponse } from '../../protocol/reply.ts';
import { placeOf } from '../../source.ts';
import { isWords, type Value, words } from '../../value.ts';
import { beginsWith } from './begins.ts';
import { originalOf } from './originals.ts';

/** Each wanted response must be present, in any order, and no forbidden one. */
export function judgeUntagged(
  condition: Extract<Condition, { kind: 'untagged' }>,
  untagged: readonly UntaggedResponse[],
  scope: Scope,
): Verdict {
  return conjunction(
    condition.want.map((want) =>
      (want.forbidden ? judgeForbidden : want.every ? judgeEvery : judgeWanted)(want, untagged, scope),
    ),
  );
}

function judgeWanted(entry: Untagged, untagged: readonly UntaggedResponse[], scope: Scope): Verdict {
  const verdicts: Verdict[] = [];
  const candidates = untagged.filter((response) => isAbout(entry, response));
  for (const response of candidates) {
    const verdict = judgeResponse(entry, response, scope, untagged);
    if (verdict.outcome === 'holds') return verdict;
    verdicts.push(verdict);
  }
  for (const response of joined(entry, candidates)) {
    const verdict = judgeResponse(entry, response, scope, untagged);
    if (verdict.outcome === 'holds') return verdict;
  }
  const [only] = verdicts;
  // The only response of its name must be the one that was meant.
  if (only && verdicts.length === 1 && entry.want.form === 'data') return differing(() => only.mismatches());
  return differing(() => {
    const expected = wanted(entry, scope);
    return {
      path: pathText(pathOf(entry)),
      expected,
      ...whatCame(entry, untagged, candidates, verdicts),
      missing: [expected],
      place: placeOf(entry.span),
    };
  });
}

/**
 * A server may split the data about a message into several responses (RFC 9051 section 7.5.2, RFC 3501 section 7.4.2).
 * They are joined into one for each message.
 */
function joined({ want }: Untagged, candidates: readonly UntaggedResponse[]): readonly UntaggedResponse[] {
  if (want.form !== 'data' || candidates.length < 2) return [];
  const parts = new Map<Value, UntaggedResponse[]>();
  for (const response of candidates) {
    const { data } = response;
    if (data === undefined || !isRecord(data) || data.seq === undefined) continue;
    parts.set(data.seq, [...(parts.get(data.seq) ?? []), response]);
  }
  return [...parts.values()].filter(({ length }) => length > 1).map(joinedResponse);
}

function joinedResponse(parts: readonly UntaggedResponse[]): UntaggedResponse {
  const data = Object.assign({}, ...parts.map((part) => part.data)) as Value;
  return { name: parts[0]?.name ?? '', text: parts.map(({ text }) => text).join(' '), data };
}

function wanted(entry: Untagged, scope: Scope): Expected {
  return { kind: 'untagged', untagged: mapUntagged(entry, fillingFrom(scope)) };
}

/** The closest response; if there is none, all that there is. */
function whatCame(
  entry: Untagged,
  untagged: readonly UntaggedResponse[],
  candidates: readonly UntaggedResponse[],
  verdicts: readonly Verdict[],
): { readonly actual: Actual; readonly nearest?: Nearest } {
  const base = pathText(pathOf(entry));
  const meant = meantOnes(verdicts, pathOf(entry));
  const nearest = findNearest(
    meant.map((index) => verdicts[index] ?? held),
    () => base,
  );
  const response = nearest && candidates[meant[nearest.index] ?? 0];
  if (nearest && response) {
    const { mismatches } = nearest;
    return { actual: actualOf(wireText(response)), nearest: { candidate: { kind: 'actual' }, base, mismatches } };
  }
  if (entry.want.form === 'data' && candidates.length === 0) {
    return { actual: { kind: 'absent', present: namesOf([...new Set(untagged.map(({ name }) => name))]) } };
  }
  return { actual: actualOf((candidates.length > 0 ? candidates : untagged).map(wireText)) };
}

function wireText({ text }: UntaggedResponse): string {
  return `* ${text}`;
}

/** Fields that distinguish responses of the same name. */
const identities = ['seq', 'name', 'root'];

/**
 * The indexes of the responses about the message or mailbox that the entry names; if there is none, of all responses.
 */
function meantOnes(verdicts: readonly Verdict[], path: Path): readonly number[] {
  const others = identities.map((name) => pathText(under(path, name)));
  const all = verdicts.map((_, index) => index);
  const meant = all.filter((index) => !verdicts[index]?.mismatches().some((each) => others.includes(each.path)));
  return meant.length > 0 ? meant : all;
}

/** Each response of the name must match. Captures become lists, which are empty if there is no such response. */
function judgeEvery(entry: Untagged, untagged: readonly UntaggedResponse[], scope: Scope): Verdict {
  const about = untagged.filter((response) => isAbout(entry, response));
  const verdict = conjunction(about.map((response) => judgeResponse(entry, response, scope, untagged)));
  if (verdict.outcome !== 'holds') return verdict;
  const names = entry.want.form === 'begins' ? [] : capturesIn(entry.want.matcher);
  return holding(
    names.map((name) => {
      const found = verdict.captures.filter((each) => each.name === name);
      const items = found.flatMap((each) => each.items ?? [each.value]);
      return { name, value: items.join(','), items };
    }),
  );
}

function judgeForbidden(entry: Untagged, untagged: readonly UntaggedResponse[], scope: Scope): Verdict {
  const found = untagged.filter((response) => meets(entry, response, scope, untagged));
  if (found.length === 0) return held;
  return differing(() => {
    const texts = found.map(wireText);
    return {
      path: pathText(pathOf(entry)),
      expected: wanted(entry, scope),
      actual: { kind: 'responses', texts },
      extra: texts.map((text) => actualOf(text)),
      place: placeOf(entry.span),
    };
  });
}

function isAbout({ want }: Untagged, response: UntaggedResponse): boolean {
  return want.form !== 'data' || want.name.toUpperCase() === response.name;
}

function meets(
  entry: Untagged,
  response: UntaggedResponse,
  scope: Scope,
  untagged: readonly UntaggedResponse[],
): boolean {
  return isAbout(entry, response) && judgeResponse(entry, response, scope, untagged).outcome === 'holds';
}

function judgeResponse(
  { want, span }: Untagged,
  response: UntaggedResponse,
  scope: Scope,
  untagged: readonly UntaggedResponse[],
): Verdict {
  switch (want.form) {
    case 'begins': {
      const text = scope.expand(want.text);
      const isMet = endsWithCapture(want.text) && isWords(response.data) ? sameWord : beginsWith;
      if (isMet(response.text, text) || isMet(withoutNumber(response.text), text)) return held;
      return differing(() => ({
        path: 'untagged',
        expected: { kind: 'response', text },
        actual: actualOf(wireText(response)),
        place: placeOf(span),
      }));
    }
    case 'text':
      return judge(want.matcher, response.text, scope, untaggedPath);
    case 'data':
      return judge(want.matcher, dataOf(response, want.matcher, untagged), scope, pathOf({ want }));
  }
}

/**
 * RFC 9051 section 7: in `* 3 EXPUNGE` and `* 18 EXISTS` a number precedes the name, and `EXPUNGE` matches both forms.
 */
function withoutNumber(text: string): string {
  return text.replace(/^\d+ /, '');
}

/** A capture at the end stands for all of a list: `CAPABILITY ${before}` does not match a longer list. */
function endsWithCapture(text: Text): boolean {
  return typeof text !== 'string' && typeof text.parts.at(-1) !== 'string';
}

/** The value that a matcher sees: the parsed data, or the text if there is none; a record includes its text. */
function dataOf(response: UntaggedResponse, matcher: Matcher, untagged: readonly UntaggedResponse[]): Value {
  const { data } = response;
  if (asksFor('original', matcher)) {
    const original = originalOf(response, untagged);
    const numbered = { ...(original !== undefined && { original }) };
    if (typeof data === 'number') return { seq: data, ...numbered };
    if (data !== undefined && isRecord(data)) return { ...data, ...numbered };
  }
  if (typeof data === 'number' && matcher.kind === 'fields') return { seq: data };
  if (data !== undefined && !isRecord(data)) return data;
  const text = response.text.replace(/^(?:\d+ )?[^ ]* ?/, '');
  return data === undefined ? text : words([text], { text, caseless: false, fields: data });
}

/** Whether the matcher asks for a field of this name. */
function asksFor(name: string, matcher: Matcher): boolean {
  if (matcher.kind === 'fields') return matcher.fields.some((field) => field.name.toLowerCase() === name);
  if (matcher.kind === 'not') return asksFor(name, matcher.matcher);
  return (matcher.kind === 'all_of' || matcher.kind === 'one_of') && matcher.of.some((each) => asksFor(name, each));
}

function isRecord(value: Value): value is Extract<Value, { readonly [name: string]: Value }> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWords(value);
}

const untaggedPath = under(undefined, 'untagged');

function pathOf({ want }: Pick<Untagged, 'want'>): Path {
  return want.form === 'data' ? under(untaggedPath, want.name) : untaggedPath;
}

/** Conditions that need no more of a reply than its untagged responses. */
const besidesUntagged: ReadonlySet<Condition['kind']> = new Set(['untagged', 'within', 'after']);

/**
 * For an expectation of untagged responses only: a function that tells whether those so far are enough. `undefined` if
 * the expectation also concerns the tagged response, or only forbids responses; then the reply ends as the protocol
 * says.
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
    .filter(({ forbidden, every }) => !forbidden && !every);
  if (wanted.length === 0) return undefined;
  return onceMet(wanted, (entry, response, untagged) => meets(entry, response, scope, untagged));
}

/**
 * Asked again about a growing list, it looks only at what is new: a server that sends thousands of responses must not
 * delay other scenarios.
 */
function onceMet(
  wanted: readonly Untagged[],
  isMet: (entry: Untagged, response: UntaggedResponse, untagged: readonly UntaggedResponse[]) => boolean,
): (untagged: readonly UntaggedResponse[]) => boolean {
  let list: readonly UntaggedResponse[] | undefined;
  let seen = 0;
  let open = wanted;
  return (untagged) => {
    if (untagged !== list) [list, seen, open] = [untagged, 0, wanted];
    for (const response of untagged.slice(seen)) open = open.filter((entry) => !isMet(entry, response, untagged));
    seen = untagged.length;
    return open.length === 0;
  };
}

/** Alternatives that are not replies (`closed`, `nothing`) do not wait for a tagged response either. */
function enoughForOne(alternatives: readonly Expectation[], scope: Scope): ReturnType<typeof enoughUntagged> {
  const replies = alternatives.filter(({ kind }) => kind === 'reply');
  const predicates = replies.flatMap((alternative) => enoughUntagged(alternative, scope) ?? []);
  if (predicates.length === 0 || predicates.length < replies.length) return undefined;
  return (untagged) => predicates.some((enough) => enough(untagged));
}
