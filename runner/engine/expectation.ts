import { compilePattern } from '../matchers/pattern.ts';
import { fillingFrom, mapCondition, mapExpectation, mapPattern, sourceOf } from '../matchers/texts.ts';
import { type Captured, conjunction, differing, held, type Scope, type Verdict } from '../matchers/verdict.ts';
import type { Mismatch, Nearest } from '../mismatch.ts';
import type { Condition, Expectation } from '../plan.ts';
import type { Reply } from '../protocol/reply.ts';
import { placeOf } from '../source.ts';
import type { Capture } from '../steps.ts';
import type { Fields } from '../value.ts';
import { actualReply, type Subject } from './conditions/subject.ts';
import { judgePlain } from './conditions/table.ts';

export { enoughUntagged } from './conditions/untagged.ts';

/** The result of an expectation. */
export interface Evaluation {
  /** All differences, in the expectation's order; empty if it is met. */
  readonly mismatches: readonly Mismatch[];
  /** The captures; empty if the expectation is not met. */
  readonly captures: readonly Captured[];
}

/**
 * Compares a reply with an expectation. If everything matches, its captures are stored in the scope. No reply meets an
 * expectation of `closed` or `nothing`.
 * @param context.elapsed milliseconds from the last send to the reply's last octet
 */
export function evaluate(
  expectation: Expectation,
  reply: Reply,
  { scope, elapsed }: { readonly scope: Scope; readonly elapsed: number },
): Evaluation {
  return conclude(judgeExpectation(expectation, { reply, elapsed, scope }), scope);
}

/** The same for a check's result. */
export function evaluateFields(conditions: readonly Condition[], evidence: Fields, scope: Scope): Evaluation {
  return conclude(conjunction(conditions.map((condition) => judgeCondition(condition, { evidence, scope }))), scope);
}

function conclude(verdict: Verdict, scope: Scope): Evaluation {
  const { captures } = verdict;
  for (const { name, value, items } of captures) scope.capture(name, value, items);
  return { mismatches: verdict.outcome === 'holds' ? [] : distinct(verdict.mismatches()), captures };
}

/** Without duplicates: several keywords expected of a reply that cannot have keywords are one error. */
function distinct(mismatches: readonly Mismatch[]): readonly Mismatch[] {
  if (mismatches.length < 2) return mismatches;
  const keys = mismatches.map(({ path, expected, actual }) => JSON.stringify([path, expected, actual]));
  return mismatches.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

function judgeExpectation(expectation: Expectation, subject: Subject): Verdict {
  if (expectation.kind === 'reply') {
    return conjunction(expectation.conditions.map((condition) => judgeCondition(condition, subject)));
  }
  return differing(() => ({
    path: '',
    expected: { kind: 'expectation', expectation: mapExpectation(expectation, fillingFrom(subject.scope)) },
    actual: actualReply(subject),
    place: placeOf(expectation.span),
  }));
}

function judgeCondition(condition: Condition, subject: Subject): Verdict {
  switch (condition.kind) {
    case 'one_of':
      return judgeOneOf(condition, subject);
    case 'not':
      if (judgeExpectation(condition.of, subject).outcome !== 'holds') return held;
      return differing(() => unmet(condition, subject));
    default:
      return judgePlain(condition, subject);
  }
}

function unmet(condition: Condition, subject: Subject): Mismatch {
  return {
    path: '',
    expected: { kind: 'condition', condition: mapCondition(condition, fillingFrom(subject.scope)) },
    actual: actualReply(subject),
    place: placeOf(condition.span),
  };
}

/** The first alternative that matches; its captures count. */
function judgeOneOf(condition: Extract<Condition, { kind: 'one_of' }>, subject: Subject): Verdict {
  const failed: Verdict[] = [];
  for (const alternative of condition.of) {
    const verdict = judgeExpectation(alternative, subject);
    if (verdict.outcome === 'holds') return verdict;
    failed.push(verdict);
  }
  return differing(() => ({ ...unmet(condition, subject), ...nearestAlternative(condition.of, failed) }));
}

/** The alternative of which the most conditions match, if at least one does. */
function nearestAlternative(
  alternatives: readonly Expectation[],
  verdicts: readonly Verdict[],
): { readonly nearest?: Nearest } {
  let nearest: Nearest | undefined;
  let most = 0;
  for (const [index, alternative] of alternatives.entries()) {
    const mismatches = verdicts[index]?.mismatches() ?? [];
    const share = alternative.kind === 'reply' ? 1 - mismatches.length / alternative.conditions.length : 0;
    if (share <= most) continue;
    most = share;
    nearest = { candidate: { kind: 'alternative', number: index + 1 }, base: '', mismatches };
  }
  return nearest ? { nearest } : {};
}

/**
 * A step's captures: for each pattern, its first group that matched, or the whole match. If one finds nothing, none is
 * kept.
 * @param whole where to look if the text has no match: a body, data
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
    const compiled = compilePattern(sourceOf(pattern, scope), pattern.flags);
    const match = compiled.exec(text) ?? compiled.exec(whole);
    if (match) found.push({ name, value: match.groups.find((group) => group !== undefined) ?? match.match });
    else {
      mismatches.push({
        path: `capture.${name}`,
        expected: { kind: 'capture', name, pattern: mapPattern(pattern, fillingFrom(scope)) },
        actual: { kind: 'value', value: whole },
        place: placeOf(span),
      });
    }
  }
  if (mismatches.length === 0) for (const { name, value } of found) scope.capture(name, value);
  return mismatches;
}
