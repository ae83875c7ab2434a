import { judge } from '../../matchers/match.ts';
import { under } from '../../matchers/path.ts';
import { actualOf, sampleOf } from '../../matchers/sample.ts';
import { fillingFrom, mapMatcher } from '../../matchers/texts.ts';
import { conjunction, differing, holding, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Actual, WantedMatcher } from '../../mismatch.ts';
import type { Condition, Matcher } from '../../plan.ts';
import { placeOf } from '../../source.ts';

type LinesCondition = Extract<Condition, { kind: 'lines' }>;

export function judgeLines(condition: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  return orders[condition.order](condition, lines, scope);
}

const linesPath = under(undefined, 'lines');

const orders = { any: judgeAny, ordered: judgeOrdered, exactly: judgeExactly };

/** The first line from `start` that matches the item. */
function findLine(
  item: Matcher,
  lines: readonly string[],
  start: number,
  scope: Scope,
): { readonly index: number; readonly verdict: Verdict } | undefined {
  for (let index = start; index < lines.length; index++) {
    const verdict = judge(item, lines[index], scope, under(linesPath, index));
    if (verdict.outcome === 'holds') return { index, verdict };
  }
  return undefined;
}

function judgeAny({ items, span }: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  const found = items.map((item) => findLine(item, lines, 0, scope));
  const unmet = items.filter((_, index) => found[index] === undefined);
  if (unmet.length === 0) return holding(found.flatMap((each) => each?.verdict.captures ?? []));
  return differing(() => {
    const missing = unmet.map((item) => wanted(item, scope));
    return {
      path: 'lines',
      expected: { kind: 'lines', items: missing },
      actual: actualLines(lines),
      missing: missing.map((matcher) => ({ kind: 'matcher', matcher })),
      place: placeOf(span),
    };
  });
}

/**
 * Each item must match a line after that of the item before it. Choosing the earliest line leaves the most lines for
 * the others.
 */
function judgeOrdered({ items, span }: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  let next = 0;
  const verdicts: Verdict[] = [];
  for (const item of items) {
    const found = findLine(item, lines, next, scope);
    if (found) {
      next = found.index + 1;
      verdicts.push(found.verdict);
    } else verdicts.push(noLineFrom(next, item, lines, scope, span));
  }
  return conjunction(verdicts);
}

function noLineFrom(
  next: number,
  item: Matcher,
  lines: readonly string[],
  scope: Scope,
  span: LinesCondition['span'],
): Verdict {
  return differing(() => {
    const matcher = wanted(item, scope);
    const after = next === 0 ? {} : { after: { number: next, text: lines[next - 1] ?? '' } };
    return {
      path: 'lines',
      expected: { kind: 'next line', item: matcher, ...after },
      actual: next < lines.length ? actualLines(lines.slice(next)) : { kind: 'no more lines' },
      missing: [{ kind: 'matcher', matcher }],
      place: placeOf(item.span ?? span),
    };
  });
}

function judgeExactly({ items, span }: LinesCondition, lines: readonly string[], scope: Scope): Verdict {
  const verdicts = items
    .slice(0, lines.length)
    .map((item, index) => judge(item, lines[index], scope, under(linesPath, index)));
  if (items.length === lines.length) return conjunction(verdicts);
  const missing = items.slice(lines.length);
  const extra = lines.slice(items.length);
  const count = differing(() => ({
    path: 'lines',
    expected: { kind: 'line count', count: items.length },
    actual: { kind: 'line count', count: lines.length },
    ...(missing.length > 0 && {
      missing: missing.map((item) => ({ kind: 'matcher' as const, matcher: wanted(item, scope) })),
    }),
    ...(extra.length > 0 && { extra: extra.map((line) => actualOf(line)) }),
    place: placeOf(span),
  }));
  return conjunction([...verdicts, count]);
}

function wanted(item: Matcher, scope: Scope): WantedMatcher {
  return mapMatcher(item, fillingFrom(scope));
}

export function actualLines(lines: readonly string[]): Actual {
  return { kind: 'lines', value: sampleOf(lines) };
}
