import type { Expectation } from '../plan.ts';
import type { Sent } from '../protocol/reply.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import type { Step } from '../steps.ts';
import type { Transport } from '../transport/transport.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

/**
 * Scenarios turned around: what their steps send comes from a client, and what they expect is what the client gets.
 * Absent where mailspec itself is the client.
 */
export interface Counterparts {
  /** The client of one connection, once it is there. */
  open(context: Context, name: string, url: ServerUrl): Promise<Counterpart>;
}

export interface Counterpart {
  /** What the scenario reads is what the client gets. */
  readonly transport: Transport;
  /** Takes what the client sends, and throws a `StepFailure` where it is not this. */
  receive(commands: readonly Sent[], octets: Buffer): Promise<void>;
  /** A reply is due: the client gets one that meets the expectation, and so does the transport's reader. */
  answer(session: Session, step: Step, expectation: Expectation): Promise<void>;
  /** The client must end the connection now. */
  end(step: Step): Promise<void>;
  /** The scenario is through: the client must not go on. */
  finish(): Promise<void>;
}
