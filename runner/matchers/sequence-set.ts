import type { Matcher, Scalar } from '../plan.ts';
import { isWords, type Value } from '../value.ts';
import type { Path } from './path.ts';
import { actualOf } from './sample.ts';
import { plainOf } from './texts.ts';
import {
  conjunction,
  differing,
  held,
  type Judge,
  type MatcherOf,
  mismatchOf,
  type Scope,
  unfit,
  type Verdict,
} from './verdict.ts';

/** The most numbers of a set that are expanded: a server may send a range of four billion. */
const most = 1_000_000;

/** RFC 9051 section 9, "sequence-set" without "*": its numbers; `undefined` if it is not a set or too large. */
function numbersOf(text: string): ReadonlySet<number> | undefined {
  if (!/^\d+(?::\d+)?(?:,\d+(?::\d+)?)*$/.test(text)) return text === '' ? new Set() : undefined;
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const [first = 0, last = first] = part.split(':').map(Number);
    const [low, high] = first <= last ? [first, last] : [last, first];
    if (high - low + numbers.size >= most) return undefined;
    for (let number = low; number <= high; number++) numbers.add(number);
  }
  return numbers;
}

function setOf(value: Value): ReadonlySet<number> | undefined {
  if (value === null) return new Set();
  if (typeof value === 'number' || typeof value === 'string') return numbersOf(String(value));
  if (isWords(value)) return numbersOf(value.text);
  return Array.isArray(value) ? numbersOf(value.map(String).join(',')) : undefined;
}

/**
 * `{ set: "1:6" }` matches the same numbers written as `1,2,3,4:6`; `includes` and `excludes` accept sets, and other
 * matchers see the numbers as a list.
 */
export function judgeSet(
  matcher: MatcherOf<'set'>,
  value: Value,
  path: Path | undefined,
  scope: Scope,
  judge: Judge,
): Verdict {
  const numbers = setOf(value);
  const wrong = () => mismatchOf(matcher, path, scope, actualOf(value));
  if (numbers === undefined) return unfit(wrong);
  const asSet = (scalar: Scalar) => numbersOf(String(plainOf(scalar, scope) ?? ''));
  const verdictOf = (wanted: ReadonlySet<number> | undefined, holds: (set: ReadonlySet<number>) => boolean) =>
    wanted === undefined ? unfit(wrong) : holds(wanted) ? held : differing(wrong);
  const inner = (each: Matcher): Verdict => {
    switch (each.kind) {
      case 'equals':
        return verdictOf(
          asSet(each.value),
          (wanted) => wanted.size === numbers.size && [...wanted].every((number) => numbers.has(number)),
        );
      case 'includes':
      case 'excludes': {
        if (each.matcher.kind !== 'equals') break;
        const within = each.kind === 'includes';
        return verdictOf(asSet(each.matcher.value), (wanted) =>
          [...wanted].every((number) => numbers.has(number) === within),
        );
      }
      case 'all_of':
        return conjunction(each.of.map(inner));
      default:
    }
    return judge(each, [...numbers], path);
  };
  return inner(matcher.matcher);
}
