import { decodeText, strictBase64 } from '../encoding.ts';
import type { KindTaking } from '../matcher-kinds.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Matcher } from '../plan.ts';
import { isWords, type Value } from '../value.ts';
import { type Path, under } from './path.ts';
import { compilePattern } from './pattern.ts';
import { compareQuantities, quantityKind } from './quantity.ts';
import { actualOf, actualOfOne, sampleOf } from './sample.ts';
import { plainOf, sourceOf } from './texts.ts';
import { differing, type Judge, type MatcherOf, mismatchOf, type Scope, unfit, type Verdict } from './verdict.ts';
import { effectiveWords, isSameSet, sameWord } from './words.ts';

/** The meaning of a plain scalar in a scenario: the value is this, or is present, or is one of several texts. */
export function judgeEquals(
  matcher: MatcherOf<'equals'>,
  value: Value | undefined,
  path: Path | undefined,
  scope: Scope,
): boolean | Verdict {
  const expected = plainOf(matcher.value, scope);
  if (typeof expected === 'boolean') return judgePresence(matcher, expected, value, path, scope);
  if (expected === null) return value === null;
  if (value === null || typeof value === 'boolean') return String(value) === String(expected) && value !== null;
  if (isWords(value)) {
    const { caseless } = value;
    if (typeof expected === 'string' && isSameSet(value, expected)) return true;
    const effective = effectiveWords(value, typeof expected === 'string' ? [expected] : []);
    const texts = [value.text, effective.join(' ')];
    return texts.some((text) => sameScalar(text, expected, caseless));
  }
  if (typeof value === 'string' || typeof value === 'number') return sameScalar(value, expected, false);
  return unfit(() => mismatchOf(matcher, path, scope, actualOfOne(value)));
}

/** `true` and `false` are compared with a boolean value; for other values they say whether the value is present. */
function judgePresence(
  matcher: Matcher,
  expected: boolean,
  value: Value | undefined,
  path: Path | undefined,
  scope: Scope,
): boolean | Verdict {
  if (typeof value === 'boolean') return value === expected;
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === String(expected);
  const present = value !== undefined && value !== null;
  if (present === expected) return true;
  return differing(() =>
    mismatchOf(matcher, path, scope, actualOf(value), {
      expected: { kind: 'presence', present: expected },
      ...(expected && missingAt(path)),
    }),
  );
}

/** What is missing: the last name in a path. Empty for the whole value and for items. */
export function missingAt(path: Path | undefined): Pick<Mismatch, 'missing'> {
  return typeof path?.step === 'string' ? { missing: [{ kind: 'name', name: path.step }] } : {};
}

function sameScalar(actual: string | number, expected: string | number, caseless: boolean): boolean {
  // Lists may have half a million numbers, each compared with each expected one.
  if (typeof actual === 'number' && typeof expected === 'number')
    return actual === expected || Object.is(actual, expected);
  const [left, right] = [String(actual), String(expected)];
  return left === right || (caseless && sameWord(left, right)) || compareQuantities(actual, expected) === 0;
}

/** The text that string operators see; `undefined` if the value has none. */
function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isWords(value) ? value.text : undefined;
}

const textOperators: Readonly<Record<KindTaking<'text'>, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  starts_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
};

export function judgeText(matcher: MatcherOf<KindTaking<'text'>>, value: Value, scope: Scope): boolean | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const fold = isWords(value) && value.caseless ? (each: string) => each.toLowerCase() : (each: string) => each;
  return textOperators[matcher.kind](fold(text), fold(scope.expand(matcher.value)));
}

export function judgePattern(matcher: MatcherOf<'matches'>, value: Value, scope: Scope): boolean | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const { pattern } = matcher;
  const compiled = compilePattern(sourceOf(pattern, scope), pattern.flags);
  // A set of numbers can be written in several ways.
  return compiled.test(text) || (isWords(value) && value.list !== undefined && compiled.test(value.words.join(',')));
}

export function judgeBound(
  matcher: MatcherOf<'at_least' | 'at_most'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
): boolean | Verdict {
  const bound = plainOf(matcher.value, scope);
  const scalar = typeof bound === 'string' || typeof bound === 'number' ? bound : String(bound);
  const order = compareQuantities(value, scalar);
  if (order !== undefined) return matcher.kind === 'at_least' ? order >= 0 : order <= 0;
  return unfit(() => {
    const kind = quantityKind(scalar);
    return mismatchOf(matcher, path, scope, actualOf(value, kind && `no ${kind}`));
  });
}

/** White space around it is ignored, and so are MIME's line endings (RFC 2045 section 6.8). */
export function judgeBase64(
  matcher: MatcherOf<'base64'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const text = textOf(value)?.trim().replace(/\r?\n/g, '');
  const octets = text === undefined ? undefined : strictBase64(text);
  if (octets === undefined) {
    const actual = () => (text === undefined ? actualOf(value) : actualOf(text, 'no base64'));
    return unfit(() => mismatchOf(matcher, path, scope, actual()));
  }
  return judge(matcher.matcher, decodeText(octets), under(path, 'base64'));
}

/** The length in octets as UTF-8, which IMAP and POP3 count. */
export function judgeOctets(
  matcher: MatcherOf<'octets'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const text = textOf(value);
  if (text === undefined) return unfit(() => mismatchOf(matcher, path, scope, actualOf(value)));
  const count = Buffer.byteLength(text);
  const verdict = judge(matcher.matcher, count, path);
  if (verdict.outcome === 'holds') return verdict;
  return {
    ...verdict,
    mismatches: () => [mismatchOf(matcher, path, scope, { kind: 'octet count', count, value: sampleOf(text) })],
  };
}
