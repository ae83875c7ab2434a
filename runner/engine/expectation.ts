import { describeDuration, describeNearest, describePattern, patternSource, quote } from '../matchers/describe.ts';
import { compilePattern } from '../matchers/pattern.ts';
import { type Captured, conjunction, differing, held, type Scope, type Verdict } from '../matchers/verdict.ts';
import type { Condition, Expectation } from '../plan.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Mismatch } from '../result.ts';
import type { Capture } from '../steps.ts';
import type { Fields } from '../value.ts';
import { describeReply, type Subject } from './conditions/subject.ts';
import { describePlain, judgePlain } from './conditions/table.ts';

export { enoughUntagged } from './conditions/untagged.ts';

/** What came of an expectation. */
export interface Evaluation {
  /** All that differs, in the expectation's order; empty where it holds. */
  readonly mismatches: readonly Mismatch[];
  /** What was captured; nothing where it does not hold. */
  readonly captures: readonly Captured[];
}

/**
 * Holds an expectation against a reply. What its matchers capture goes to the scope when everything has held.
 * An expectation of `closed` or `nothing` does not hold for any reply.
 * @param context.elapsed milliseconds from the last send to the reply's last octet
 */
export function evaluate(
  expectation: Expectation,
  reply: Reply,
  { scope, elapsed }: { readonly scope: Scope; readonly elapsed: number },
): Evaluation {
  return conclude(judgeExpectation(expectation, { reply, elapsed, scope }), scope);
}

/** Likewise, for what a check saw. */
export function evaluateFields(conditions: readonly Condition[], evidence: Fields, scope: Scope): Evaluation {
  return conclude(conjunction(conditions.map((condition) => judgeCondition(condition, { evidence, scope }))), scope);
}

function conclude({ mismatches, captures }: Verdict, scope: Scope): Evaluation {
  for (const { name, value } of captures) scope.capture(name, value);
  return { mismatches: mismatches.length < 2 ? mismatches : distinct(mismatches), captures };
}

/** Each once: several keywords of a reply that is none with keywords are one mistake. */
function distinct(mismatches: readonly Mismatch[]): readonly Mismatch[] {
  const key = ({ path, expected, actual }: Mismatch): string => JSON.stringify([path, expected, actual]);
  const keys = mismatches.map(key);
  return mismatches.filter((mismatch, index) => keys.indexOf(key(mismatch)) === index);
}

function judgeExpectation(expectation: Expectation, subject: Subject): Verdict {
  if (expectation.kind === 'reply') {
    return conjunction(expectation.conditions.map((condition) => judgeCondition(condition, subject)));
  }
  const expected = describeExpectation(expectation, subject.scope);
  return differing({ path: '', expected, actual: describeReply(subject), span: expectation.span });
}

function judgeCondition(condition: Condition, subject: Subject): Verdict {
  switch (condition.kind) {
    case 'one_of':
      return judgeOneOf(condition, subject);
    case 'not': {
      if (judgeExpectation(condition.of, subject).outcome !== 'holds') return held;
      const expected = describeCondition(condition, subject.scope);
      return differing({ path: '', expected, actual: describeReply(subject), span: condition.span });
    }
    default:
      return judgePlain(condition, subject);
  }
}

/** The first alternative that holds; its captures count. */
function judgeOneOf(condition: Extract<Condition, { kind: 'one_of' }>, subject: Subject): Verdict {
  const failed: Verdict[] = [];
  for (const alternative of condition.of) {
    const verdict = judgeExpectation(alternative, subject);
    if (verdict.outcome === 'holds') return verdict;
    failed.push(verdict);
  }
  const detail = nearestAlternative(condition.of, failed);
  return differing({
    path: '',
    expected: describeCondition(condition, subject.scope),
    actual: `${describeReply(subject)}${detail === undefined ? '' : `; ${detail}`}`,
    span: condition.span,
  });
}

/** The alternative of which most holds, where anything of one does. */
function nearestAlternative(alternatives: readonly Expectation[], verdicts: readonly Verdict[]): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const [index, alternative] of alternatives.entries()) {
    const mismatches = verdicts[index]?.mismatches ?? [];
    const share = alternative.kind === 'reply' ? 1 - mismatches.length / alternative.conditions.length : 0;
    if (share <= most) continue;
    most = share;
    best = describeNearest(`alternative ${index + 1}`, mismatches, '');
  }
  return best;
}

/** What an expectation wants, in words that stand after "expected". */
function describeExpectation(expectation: Expectation, scope: Scope): string {
  switch (expectation.kind) {
    case 'closed':
      return 'the end of the connection';
    case 'nothing':
      return `nothing for ${describeDuration(expectation.for)}`;
    case 'reply':
      return expectation.conditions.map((condition) => describeCondition(condition, scope)).join(' and ') || 'a reply';
  }
}

function describeCondition(condition: Condition, scope: Scope): string {
  switch (condition.kind) {
    case 'one_of':
      return `one of: ${condition.of.map((each) => describeExpectation(each, scope)).join(' · ')}`;
    case 'not':
      return `anything but ${describeExpectation(condition.of, scope)}`;
    default:
      return describePlain(condition, scope);
  }
}

/**
 * A step's captures: of each, the pattern's first group that took part, or its whole match. All are kept, or where one finds
 * nothing, none.
 * @param whole where to look when the text has nothing: a body, data
 */
export function captureFrom(
  captures: readonly Capture[],
  text: string,
  scope: Scope,
  whole = text,
): readonly Mismatch[] {
  if (captures.length === 0) return [];
  const mismatches: Mismatch[] = [];
  const found: Captured[] = [];
  for (const { name, pattern, span } of captures) {
    const compiled = compilePattern(patternSource(pattern, scope), pattern.flags);
    const match = compiled.exec(text) ?? compiled.exec(whole);
    if (match) found.push({ name, value: match.groups.find((group) => group !== undefined) ?? match.match });
    else {
      const expected = `a match of ${describePattern(pattern, scope)}, to keep as "${name}"`;
      mismatches.push({ path: `capture.${name}`, expected, actual: quote(whole), span });
    }
  }
  if (mismatches.length === 0) for (const { name, value } of found) scope.capture(name, value);
  return mismatches;
}
