import { factsOfMatcher } from '../../matcher-kinds.ts';
import { judge } from '../../matchers/match.ts';
import { under } from '../../matchers/path.ts';
import { conjunction, differing, mismatchOf, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Condition, Matcher } from '../../plan.ts';
import type { Reply, ResponseCode } from '../../protocol/reply.ts';
import { placeOf } from '../../source.ts';
import { type Value, words } from '../../value.ts';

type ResponseCodeCondition = Extract<Condition, { kind: 'response_code' }>;

const path = under(undefined, 'response_code');

/**
 * Compares the code in brackets of the final response or of an untagged one: SELECT's `UIDVALIDITY` is in `* OK
 * [UIDVALIDITY 3]` (RFC 9051 section 6.3.2). Matchers for lists apply to all codes together; a negation must be met by
 * every code.
 */
export function judgeResponseCode({ matcher, span }: ResponseCodeCondition, reply: Reply, scope: Scope): Verdict {
  const own = 'responseCode' in reply ? reply.responseCode : undefined;
  const untagged = 'untagged' in reply ? reply.untagged.flatMap(({ responseCode }) => responseCode ?? []) : [];
  const candidates = [...(own ? [own] : []), ...untagged];
  const verdict = judgeCodes(matcher, candidates, scope);
  if (verdict.outcome === 'holds' || candidates.length > 0) return verdict;
  return differing(() => ({
    ...mismatchOf(matcher, path, scope, { kind: 'no response code' }),
    place: placeOf(span),
  }));
}

function judgeCodes(matcher: Matcher, candidates: readonly ResponseCode[], scope: Scope): Verdict {
  if (matcher.kind === 'one_of' && matcher.of.some(isAboutList)) {
    const verdicts = matcher.of.map((each) => judgeCodes(each, candidates, scope));
    return verdicts.find(({ outcome }) => outcome === 'holds') ?? judge(matcher, inWireOrder(candidates), scope, path);
  }
  if (isAboutList(matcher)) return judge(matcher, inWireOrder(candidates), scope, path);
  if (matcher.kind === 'all_of' && matcher.of.some(isAboutList)) {
    const single = matcher.of.filter((each) => !isAboutList(each));
    const parts = [...matcher.of.filter(isAboutList), ...(single.length === 0 ? [] : [{ ...matcher, of: single }])];
    return conjunction(parts.map((each) => judgeCodes(each, candidates, scope)));
  }
  if (candidates.length === 0) return judge(matcher, undefined, scope, path);
  const verdicts = candidates.map((code) => judge(matcher, wordsOf(code), scope, path));
  if (matcher.kind === 'not') return conjunction(verdicts.filter(({ outcome }) => outcome !== 'unfit'));
  const held = verdicts.find(({ outcome }) => outcome === 'holds');
  if (held !== undefined || candidates.length === 1) return held ?? verdicts[0] ?? conjunction([]);
  // The fields may be those of several codes: SELECT sends UIDVALIDITY, UIDNEXT and others, each in a response of its
  // own.
  const together = judge(matcher, togetherOf(candidates), scope, path);
  return together.outcome === 'holds' || matcher.kind === 'fields' ? together : (verdicts[0] ?? together);
}

function isAboutList(matcher: Matcher): boolean {
  if (matcher.kind === 'not') return isAboutList(matcher.matcher);
  return factsOfMatcher(matcher.kind).about === 'list';
}

/** The untagged responses first, then the final one. */
function inWireOrder([own, ...untagged]: readonly ResponseCode[]): Value {
  return [...untagged, ...(own ? [own] : [])].map(wordsOf);
}

function togetherOf(codes: readonly ResponseCode[]): Value {
  const names = codes.map(({ name }) => name);
  const fields = codes.toReversed().map(({ name, data }): [string, Value] => [name, data ?? true]);
  return words(names, { fields: Object.fromEntries(fields) });
}

/** A value that matches `UIDVALIDITY`, `UIDVALIDITY 3` and `{ UIDVALIDITY: 3 }`. */
function wordsOf({ name, text, data }: ResponseCode): Value {
  return words([name], { text, fields: Object.fromEntries([[name, data ?? true]]) });
}
