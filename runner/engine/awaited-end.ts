import { byIdentity } from '../by-identity.ts';
import type { Expectation, Scenario } from '../plan.ts';
import { finding } from '../protocol/findings.ts';
import { childrenOf, type Step } from '../steps.ts';
import type { Context } from './context.ts';
import { noteFindings } from './findings.ts';
import type { Session } from './session.ts';

/** Whether a scenario expects only the end of a connection somewhere: only then does it matter how TLS ends. */
export function awaitsEnd({ dialogue, after }: Scenario): boolean {
  return expectEnd(dialogue) || expectEnd(after);
}

const expectEnd = byIdentity((steps: readonly Step[]) => steps.some(expectsEnd));

function expectsEnd(step: Step): boolean {
  return isEnd(step.expect) || childrenOf(step).some(expectsEnd);
}

/** Among alternatives, it counts only if it says how the connection ends. */
function isEnd(expectation: Expectation | undefined, isAlternative = false): boolean {
  if (expectation?.kind === 'closed') return !isAlternative || expectation.by !== undefined;
  return (
    expectation?.kind === 'reply' &&
    expectation.conditions.some(
      (each) =>
        (each.kind === 'one_of' && each.of.some((alternative) => isEnd(alternative, true))) ||
        (each.kind === 'not' && isEnd(each.of, true)),
    )
  );
}

/** RFC 8446 section 6.1: without close_notify, a truncated connection looks like the end. */
export const unannouncedEnd = finding(
  'tls.end.close-notify',
  'the connection ended without close_notify, as if it had been cut off',
  Buffer.alloc(0),
);

/** Notes how the connection ended, as the step expects. A step that expects FIN accepts an end without close_notify. */
export function noteEnd(context: Context, session: Session, step: Step): void {
  const isWanted = step.expect?.kind === 'closed' && step.expect.by !== undefined;
  if (session.transport.truncated && !isWanted) noteFindings(context, session, step, [unannouncedEnd]);
}
