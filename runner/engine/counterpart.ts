import type { Expectation } from '../plan.ts';
import type { Sent } from '../protocol/reply.ts';
import type { ServerUrl } from '../protocol/server-url.ts';
import type { Step } from '../steps.ts';
import type { Transport } from '../transport/transport.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

/**
 * Runs scenarios with the sides exchanged: a client sends what their steps send, and receives what they expect. Absent
 * if mailspec itself is the client.
 */
export interface Counterparts {
  /** The client of one connection, once it has connected. */
  open(context: Context, name: string, url: ServerUrl): Promise<Counterpart>;
}

export interface Counterpart {
  /** The scenario reads what the client receives. */
  readonly transport: Transport;
  /** Reads what the client sends, and throws a `StepFailure` if it differs from `commands`. */
  receive(commands: readonly Sent[], octets: Buffer): Promise<void>;
  /** Sends the client a reply that meets the expectation, and passes it to the transport's reader as well. */
  answer(session: Session, step: Step, expectation: Expectation): Promise<void>;
  /** Waits for the client to end the connection. */
  end(step: Step): Promise<void>;
  /** The scenario has ended, so the client must not send anything more. */
  finish(): Promise<void>;
}
