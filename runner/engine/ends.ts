import type { Actual, Mismatch, WantedExpectation } from '../mismatch.ts';
import type { Expectation } from '../plan.ts';
import type { Step } from '../steps.ts';
import { TransportError } from '../transport/transport.ts';
import { StepFailure } from './failure.ts';
import { outage } from './outage.ts';
import { octetsOf } from './problems.ts';
import type { Observation, Session } from './session.ts';

function wantedEnd({ by }: Extract<Expectation, { kind: 'closed' }>): WantedExpectation {
  return { kind: 'closed', ...(by && { by }) };
}

/** Whether the expectation cares how the connection ends. */
function endsIn(expectation: Expectation | undefined): boolean {
  if (expectation?.kind === 'closed') return expectation.by !== undefined;
  return (
    expectation?.kind === 'reply' &&
    expectation.conditions.some(
      ({ kind, ...rest }) => kind === 'one_of' && 'of' in rest && [rest.of].flat().some(endsIn),
    )
  );
}

/** The failure for a connection that should have ended and did not. */
export function stillOpen(
  error: unknown,
  session: Session,
  expectation: Expectation,
  within: number,
): StepFailure | undefined {
  if (expectation.kind !== 'closed' || !(error instanceof TransportError) || error.kind !== 'timeout') return undefined;
  const rest = session.parser.drain();
  return new StepFailure(
    'reply.timeout',
    { kind: 'still open', within },
    {
      span: expectation.span,
      mismatches: [
        {
          path: '',
          expected: { kind: 'expectation', expectation: wantedEnd(expectation) },
          actual: rest.length === 0 ? { kind: 'silence' } : octetsOf(rest),
        },
      ],
      hint: 'A server that closes later may need a longer timeout on the step',
    },
  );
}

/** The failure for the end of the connection, or silence, instead of a reply. */
export function closedFailure(
  session: Session,
  step: Step,
  observation: Exclude<Observation, { event: 'reply' }>,
): StepFailure {
  const span = step.expect?.span ?? step.span;
  const after = session.lastAction;
  if (observation.event === 'nothing') return new StepFailure('reply.timeout', { kind: 'no reply', after }, { span });
  session.abandoned = { kind: 'message', message: 'the server closed it' };
  const { rest, literal, by } = observation;
  const { expect } = step;
  const actual: Actual = {
    kind: 'end',
    ...(by && endsIn(expect) && { by }),
    ...(rest.length > 0 && { after: octetsOf(rest) }),
    ...(literal && { literal }),
  };
  if (expect?.kind === 'closed') {
    const mismatch: Mismatch = { path: '', expected: { kind: 'expectation', expectation: wantedEnd(expect) }, actual };
    return new StepFailure('reply.mismatch', { kind: 'mismatch', of: after }, { span, mismatches: [mismatch] });
  }
  if (expect?.kind !== 'nothing') {
    const mismatches: readonly Mismatch[] = [{ path: '', expected: { kind: 'reply' }, actual }];
    const isWordless = session.greeting === undefined && rest.length === 0;
    const afterTls = session.securedAnew && rest.length === 0;
    return new StepFailure(
      'connection.closed',
      { kind: 'closed', after },
      {
        span,
        mismatches,
        afterTls,
        outage: isWordless
          ? outage(session.target, 'answer', 'connection.closed', { kind: 'closed', after }, { how: 'closed' })
          : undefined,
      },
    );
  }
  return new StepFailure('connection.closed', 'the server closed the connection where nothing should have happened', {
    span,
    mismatches: [{ path: '', expected: { kind: 'open connection' }, actual }],
    hint: 'Write "one_of: [nothing, closed]" where both are fine',
  });
}
