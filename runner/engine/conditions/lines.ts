import { itemPath } from '../../matchers/collection.ts';
import { describeMatcher, describeValue, enumerate, quote } from '../../matchers/describe.ts';
import { judge } from '../../matchers/match.ts';
import { conjunction, differing, holding, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Condition, Matcher } from '../../plan.ts';

type LinesCondition = Extract<Condition, { kind: 'lines' }>;

export function judgeLines(condition: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  return orders[condition.order](condition, lines, scope);
}

const orders = { any: judgeAny, ordered: judgeOrdered, exactly: judgeExactly };

/** The first line from `start` that meets the item. */
function findLine(
  item: Matcher,
  lines: readonly string[],
  start: number,
  scope: Scope,
): { readonly index: number; readonly verdict: Verdict } | undefined {
  for (let index = start; index < lines.length; index++) {
    const verdict = judge(item, lines[index], scope, itemPath('lines', index));
    if (verdict.outcome === 'holds') return { index, verdict };
  }
  return undefined;
}

function judgeAny({ items, span }: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  const found = items.map((item) => findLine(item, lines, 0, scope));
  const missing = items.filter((_, index) => found[index] === undefined).map((item) => describeMatcher(item, scope));
  if (missing.length === 0) return holding(found.flatMap((each) => each?.verdict.captures ?? []));
  return differing({
    path: 'lines',
    expected: missing.length === 1 ? `a line: ${missing.join()}` : `lines: ${enumerate(missing)}`,
    actual: describeLines(lines),
    missing,
    span,
  });
}

/** Each item in a line of its own, after the one before it. The earliest line for each leaves most to the others. */
function judgeOrdered({ items, span }: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  let next = 0;
  const verdicts: Verdict[] = [];
  for (const item of items) {
    const found = findLine(item, lines, next, scope);
    if (found) {
      next = found.index + 1;
      verdicts.push(found.verdict);
      continue;
    }
    const expected = describeMatcher(item, scope);
    const before = next === 0 ? '' : ` after line ${next}, ${quote(lines[next - 1] ?? '')}`;
    const actual = next < lines.length ? describeLines(lines.slice(next)) : 'no more lines';
    verdicts.push(
      differing({
        path: 'lines',
        expected: `a line${before}: ${expected}`,
        actual,
        missing: [expected],
        span: item.span ?? span,
      }),
    );
  }
  return conjunction(verdicts);
}

function judgeExactly({ items, span }: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  const verdicts = items
    .slice(0, lines.length)
    .map((item, index) => judge(item, lines[index], scope, itemPath('lines', index)));
  if (items.length === lines.length) return conjunction(verdicts);
  const missing = items.slice(lines.length).map((item) => describeMatcher(item, scope));
  const extra = lines.slice(items.length).map(quote);
  const count = differing({
    path: 'lines',
    expected: countOf(items.length),
    actual: countOf(lines.length),
    ...(missing.length > 0 && { missing }),
    ...(extra.length > 0 && { extra }),
    span,
  });
  return conjunction([...verdicts, count]);
}

export function describeLinesCondition({ order, items }: LinesCondition, scope: Scope): string {
  const described = enumerate(items.map((item) => describeMatcher(item, scope)));
  return {
    any: `lines: ${described}`,
    ordered: `lines, in this order: ${described}`,
    exactly: `exactly the lines: ${described}`,
  }[order];
}

export function describeLines(lines: readonly string[]): string {
  const [only] = lines;
  if (lines.length === 0) return 'no lines';
  return lines.length === 1 && only !== undefined ? quote(only) : describeValue(lines);
}

function countOf(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}
