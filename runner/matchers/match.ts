import { factsOfMatcher } from '../matcher-kinds.ts';
import type { Nearest } from '../mismatch.ts';
import type { Matcher } from '../plan.ts';
import { type Fields, isWords, type Value } from '../value.ts';
import { judgeCount, judgeExactly, judgeExcludes, judgeHolds, judgeLength } from './collection.ts';
import { findNearest } from './nearest.ts';
import { judgeOrdered, judgeSequence } from './order.ts';
import { takes } from './parts.ts';
import { type Path, pathText } from './path.ts';
import { judgeFields } from './record.ts';
import { actualOf, actualOfOne } from './sample.ts';
import { judgeBase64, judgeBound, judgeEquals, judgeOctets, judgePattern, judgeText, missingAt } from './scalar.ts';
import { judgeSet } from './sequence-set.ts';
import {
  type Captured,
  conjunction,
  differing,
  held,
  holding,
  type Judge,
  type MatcherOf,
  mismatchOf,
  type Scope,
  unfit,
  type Verdict,
} from './verdict.ts';

export type { Scope, Verdict } from './verdict.ts';

/**
 * Compares a value with a matcher. The verdict has what would be captured, and every mismatch in the matcher's order;
 * text for these is made only on request.
 * @param value `undefined` if there is no such value
 * @param path the value's name in mismatches
 */
export function judge(matcher: Matcher, value: Value | undefined, scope: Scope, path?: Path): Verdict {
  if (value === undefined && !mayBeAbsent(matcher)) return absent(matcher, path, scope);
  const inner: Judge = (each, part, at) => judge(each, part, scope, at);
  const present = value ?? null;
  const only = onlyItem(present);
  if (takes(matcher, 'text')) return toVerdict(judgeText(matcher, only, scope), matcher, only, path, scope);
  switch (matcher.kind) {
    case 'not':
      return negate(matcher, inner(matcher.matcher, value, path), value, path, scope);
    case 'all_of': {
      const verdict = conjunction(matcher.of.map((each) => inner(each, value, path)));
      if (value !== undefined || verdict.outcome === 'holds') return verdict;
      return { ...verdict, mismatches: absent(matcher, path, scope).mismatches };
    }
    case 'one_of':
      return judgeOneOf(matcher, value, path, scope, inner);
    case 'equals':
      return toVerdict(
        judgeEquals(matcher, value === undefined ? value : only, path, scope),
        matcher,
        only,
        path,
        scope,
      );
    case 'matches':
      return toVerdict(judgePattern(matcher, only, scope), matcher, only, path, scope);
    case 'at_least':
    case 'at_most':
      return toVerdict(judgeBound(matcher, only, path, scope), matcher, only, path, scope);
    case 'base64':
      return judgeBase64(matcher, only, path, scope, inner);
    case 'octets':
      return judgeOctets(matcher, only, path, scope, inner);
    case 'set':
      return judgeSet(matcher, present, path, scope, inner);
    case 'fields':
      return judgeFields(matcher, only, path, scope, inner);
    case 'holds':
      return judgeHolds(matcher, matcher.items, present, path, scope, inner);
    case 'includes':
      return judgeIncludes(matcher, present, path, scope, inner);
    case 'excludes':
      return judgeExcludes(matcher, present, path, scope, inner);
    case 'exactly':
      if (isWords(present) && present.list === 'ordered')
        return judgeSequence({ ...matcher, kind: 'sequence' }, present, path, scope, inner);
      return judgeExactly(matcher, present, path, scope, inner);
    case 'sequence':
      return judgeSequence(matcher, present, path, scope, inner);
    case 'ordered':
      return judgeOrdered(matcher, present, path, scope, inner);
    case 'count':
      return judgeCount(matcher, present, path, scope, inner);
    case 'length':
      return judgeLength(matcher, present, path, scope, inner);
    case 'capture':
      return holding([{ name: matcher.name, ...captured(present) }]);
  }
}

/** Whether a matcher can apply to an absent value: `false`, and matchers composed of others. */
function mayBeAbsent(matcher: Matcher): boolean {
  if (matcher.kind === 'equals') return typeof matcher.value === 'boolean';
  return factsOfMatcher(matcher.kind).about === 'parts';
}

function absent(matcher: Matcher, path: Path | undefined, scope: Scope): Verdict {
  return unfit(() => mismatchOf(matcher, path, scope, { kind: 'absent' }, missingAt(path)));
}

/** For matchers of a single value, a list with one item is treated as the item. */
function onlyItem(value: Value): Value {
  return Array.isArray(value) && value.length === 1 ? onlyItem(value[0] as Value) : value;
}

/** Turns a boolean into a verdict; `undefined` means that the matcher does not apply to values of this type. */
function toVerdict(
  result: boolean | Verdict | undefined,
  matcher: Matcher,
  value: Value,
  path: Path | undefined,
  scope: Scope,
): Verdict {
  if (result === true) return held;
  if (typeof result === 'object') return result;
  const mismatch = () => mismatchOf(matcher, path, scope, actualOfOne(value));
  return result === false ? differing(mismatch) : unfit(mismatch);
}

function negate(
  matcher: Matcher,
  inner: Verdict,
  value: Value | undefined,
  path: Path | undefined,
  scope: Scope,
): Verdict {
  const own = () => mismatchOf(matcher, path, scope, actualOf(value));
  switch (inner.outcome) {
    case 'differs':
      return held;
    case 'holds':
      return differing(own);
    case 'unfit':
      return unfit(() => {
        const { path: whole, expected } = own();
        return inner.mismatches().map((each) => (each.path === whole ? { ...each, expected } : each));
      });
  }
}

function judgeOneOf(
  matcher: MatcherOf<'one_of'>,
  value: Value | undefined,
  path: Path | undefined,
  scope: Scope,
  inner: Judge,
): Verdict {
  const verdicts: Verdict[] = [];
  for (const alternative of matcher.of) {
    const verdict = inner(alternative, value, path);
    if (verdict.outcome === 'holds') return verdict;
    verdicts.push(verdict);
  }
  const mismatch = () =>
    mismatchOf(matcher, path, scope, actualOf(value), {
      ...(value === undefined ? missingAt(path) : nearestAlternative(verdicts, pathText(path))),
    });
  return verdicts.some((each) => each.outcome === 'unfit') ? unfit(mismatch) : differing(mismatch);
}

function nearestAlternative(verdicts: readonly Verdict[], base: string): { readonly nearest?: Nearest } {
  const found = findNearest(verdicts, () => base);
  if (found === undefined) return {};
  return {
    nearest: { candidate: { kind: 'alternative', number: found.index + 1 }, base, mismatches: found.mismatches },
  };
}

function judgeIncludes(
  matcher: MatcherOf<'includes'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  inner: Judge,
): Verdict {
  const { matcher: wanted } = matcher;
  const verdict = judgeHolds(matcher, wanted.kind === 'holds' ? wanted.items : [wanted], value, path, scope, inner);
  if (verdict.outcome === 'holds' || typeof value !== 'string') return verdict;
  return { ...verdict, mismatches: () => [mismatchOf(matcher, path, scope, actualOf(value, 'text'))] };
}

function captured(value: Value): Pick<Captured, 'value' | 'items'> {
  const text = captureText(value);
  if (Array.isArray(value)) return { value: text, items: value.map(captureText) };
  // Words without parameters of their own are a list; `SIZE 3` is one value.
  return isWords(value) && value.fields === undefined ? { value: text, items: value.words } : { value: text };
}

/**
 * The text of a captured value: text as it is; words as they were sent; a list's items separated by commas (for
 * numbers, that is an IMAP sequence set, RFC 9051 section 9); empty for `null`; a record as JSON.
 */
function captureText(value: Value): string {
  if (value === null) return '';
  if (isWords(value)) return value.text;
  if (Array.isArray(value)) return value.map(captureText).join(',');
  return typeof value === 'object' ? JSON.stringify(plain(value as Fields)) : String(value);
}

function plain(value: Value): unknown {
  if (isWords(value)) return value.words;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}
