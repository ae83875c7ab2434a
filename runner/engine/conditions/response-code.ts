import { judge } from '../../matchers/match.ts';
import { under } from '../../matchers/path.ts';
import { conjunction, differing, mismatchOf, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Condition } from '../../plan.ts';
import type { Reply, ResponseCode } from '../../protocol/reply.ts';
import { placeOf } from '../../source.ts';
import { type Value, words } from '../../value.ts';

type ResponseCodeCondition = Extract<Condition, { kind: 'response_code' }>;

const path = under(undefined, 'response_code');

/**
 * What stands in the brackets, of the final response or of an untagged one: SELECT's `UIDVALIDITY` stands in
 * `* OK [UIDVALIDITY 3]` (RFC 9051 section 6.3.2). What must not be there must be in none of them.
 */
export function judgeResponseCode({ matcher, span }: ResponseCodeCondition, reply: Reply, scope: Scope): Verdict {
  const own = 'responseCode' in reply ? reply.responseCode : undefined;
  const untagged = 'untagged' in reply ? reply.untagged.flatMap(({ responseCode }) => responseCode ?? []) : [];
  const candidates = [...(own ? [own] : []), ...untagged];
  const [first] = candidates;
  if (first === undefined) {
    const verdict = judge(matcher, undefined, scope, path);
    if (verdict.outcome === 'holds') return verdict;
    return differing(() => ({
      ...mismatchOf(matcher, path, scope, { kind: 'no response code' }),
      place: placeOf(span),
    }));
  }
  const verdicts = candidates.map((code) => judge(matcher, wordsOf(code), scope, path));
  if (matcher.kind === 'not') return conjunction(verdicts.filter(({ outcome }) => outcome !== 'unfit'));
  const held = verdicts.find(({ outcome }) => outcome === 'holds');
  if (held !== undefined || candidates.length === 1) return held ?? verdicts[0] ?? conjunction([]);
  // Fields may be those of several codes: SELECT has UIDVALIDITY, UIDNEXT and others, each in a response of its own.
  const together = judge(matcher, togetherOf(candidates), scope, path);
  return together.outcome === 'holds' || matcher.kind === 'fields' ? together : (verdicts[0] ?? together);
}

function togetherOf(codes: readonly ResponseCode[]): Value {
  const names = codes.map(({ name }) => name);
  const fields = codes.toReversed().map(({ name, data }): [string, Value] => [name, data ?? true]);
  return words(names, { fields: Object.fromEntries(fields) });
}

/** `UIDVALIDITY`, `UIDVALIDITY 3` and `{ UIDVALIDITY: 3 }` at once. */
function wordsOf({ name, text, data }: ResponseCode): Value {
  return words([name], { text, fields: Object.fromEntries([[name, data ?? true]]) });
}
