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
  return verdicts.find(({ outcome }) => outcome === 'holds') ?? verdicts[0] ?? conjunction([]);
}

/** `UIDVALIDITY`, `UIDVALIDITY 3` and `{ UIDVALIDITY: 3 }` at once. */
function wordsOf({ name, text, data }: ResponseCode): Value {
  return words([name], { text, fields: Object.fromEntries([[name, data ?? true]]) });
}
