import { type CheckContext, CheckError, type Seen } from '../../checks/check.ts';
import type { Expectation } from '../../plan.ts';
import type { CheckStep } from '../../steps.ts';
import { type Context, limited, scopeFor } from '../context.ts';
import { captureFrom, evaluateFields } from '../expectation.ts';
import { StepFailure } from '../failure.ts';
import { seconds } from '../problems.ts';
import { look } from './look.ts';
import { wantsOf } from './wants.ts';

/** A check: looks, notes what it saw, holds the step's expectation against it, keeps its captures. */
export async function check(step: CheckStep, context: Context): Promise<void> {
  const seen = await seenBy(step, context);
  for (const line of seen.transcript) context.transcript.note(step.on, line);
  const scope = scopeFor(context, step.on);
  const expectation = step.expect ?? defaultExpectation(step);
  const { mismatches } = evaluateFields(
    expectation?.kind === 'reply' ? expectation.conditions : [],
    seen.evidence,
    scope,
  );
  if (mismatches.length > 0) {
    throw new StepFailure('check.mismatch', `what "${step.label}" saw does not match`, {
      span: expectation?.span ?? step.span,
      mismatches,
    });
  }
  const missing = captureFrom(step.captures, seen.text, scope);
  if (missing.length > 0) {
    throw new StepFailure('capture.missing', `nothing to capture in what "${step.label}" saw`, {
      span: missing[0]?.span ?? step.span,
      mismatches: missing,
    });
  }
}

async function seenBy(step: CheckStep, context: Context): Promise<Seen> {
  const { clock, wall } = context.world;
  const checkContext: CheckContext = {
    clock,
    wall,
    deadline: clock() + limited(context, step.limit),
    signal: context.signal,
  };
  try {
    return await look(step, context, checkContext, wantsOf(step, context));
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    for (const line of error.transcript) context.transcript.note(step.on, line);
    const message = error.late ? `${error.message} (${seconds(step.limit)})` : error.message;
    context.transcript.note(step.on, error.message);
    throw new StepFailure(error.code, message, {
      span: step.expect?.span ?? step.span,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

/** A command must succeed where nothing else is said: what follows builds on it. */
function defaultExpectation(step: CheckStep): Expectation | undefined {
  if (step.kind !== 'run') return undefined;
  const { span } = step;
  return {
    kind: 'reply',
    span,
    conditions: [{ kind: 'field', name: 'exit', matcher: { kind: 'equals', value: 0, span }, span }],
  };
}
