import { byIdentity } from '../by-identity.ts';
import type { Scenario } from '../plan.ts';
import { finding } from '../protocol/findings.ts';
import { childrenOf, type Step } from '../steps.ts';
import type { Context } from './context.ts';
import { noteFindings } from './findings.ts';
import type { Session } from './session.ts';

/** Whether a scenario expects the end of a connection, and nothing else: only then does it matter how TLS ends. */
export const awaitsEnd = byIdentity(({ dialogue, after }: Scenario) => [...dialogue, ...after].some(expectsEnd));

function expectsEnd(step: Step): boolean {
  return step.expect?.kind === 'closed' || childrenOf(step).some(expectsEnd);
}

/** RFC 8446 section 6.1: what was cut off looks like the end. */
const unannouncedEnd = finding(
  'tls.end.close-notify',
  'the connection ended without close_notify, as if somebody had cut it off',
  Buffer.alloc(0),
);

/** The connection ended, as the step expects. */
export function noteEnd(context: Context, session: Session, step: Step): void {
  if (session.transport.truncated) noteFindings(context, session, step, [unannouncedEnd]);
}
