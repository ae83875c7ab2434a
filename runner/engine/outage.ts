import { defined } from '../defined.ts';
import type { Fault } from '../evidence.ts';
import type { Headline } from '../headline.ts';
import type { Target } from '../plan.ts';
import type { ProblemCode, Reason } from '../result.ts';
import { faultOf } from '../transport/fault.ts';
import type { TransportError } from '../transport/transport.ts';
import type { Stage } from './service-needs.ts';

export type How = 'closed' | 'silent' | 'not TLS';

/** A server did not let a scenario reach a stage that every scenario needs. */
export interface Outage {
  readonly target: Target;
  readonly stage: Stage;
  readonly code: ProblemCode;
  /**
   * `closed`: the server ended the connection without a word, as some do that limit connections. `silent`: it did
   * nothing in all the time that the configuration allows. `not TLS`: it answered the TLS handshake with something
   * else, as some do that refuse excess connections.
   */
  readonly how?: How | undefined;
  /** A check of the port found it. Nothing else shows whether the port is open, so that check is neither blocked nor counted. */
  readonly isLook?: true;
  /** The problem as it is reported. */
  readonly headline: Headline;
}

export function outage(
  target: Target,
  stage: Stage,
  code: ProblemCode,
  why: Headline,
  { how, fault }: { readonly how?: How | undefined; readonly fault?: Fault | undefined } = {},
): Outage {
  return {
    target,
    stage,
    code,
    how,
    headline: { kind: 'no service', server: target.label, why, ...defined({ fault }) },
  };
}

/** What an error while connecting means for other scenarios. */
export function outageFrom(error: TransportError, code: ProblemCode, target: Target): Outage {
  const fault = faultOf(error);
  const why: Headline =
    fault?.kind === 'certificate' ? { kind: 'certificate', fault } : { kind: 'message', message: error.message };
  const isLate = error.kind === 'timeout';
  if (error.during === 'connect')
    return outage(target, 'connect', code, why, { ...(isLate && { how: 'silent' }), fault });
  const isPlain = fault?.kind === 'handshake' && fault.how === 'not TLS';
  const how = isLate ? 'silent' : error.kind === 'closed' ? 'closed' : isPlain ? 'not TLS' : undefined;
  return outage(target, isLate ? 'answer' : 'tls', code, why, { how, fault });
}

/** The same outage if less time than the server's own limit was left. */
export function inHaste(outage: Outage): Outage {
  return outage.how === 'silent' ? { ...outage, how: undefined } : outage;
}

/** Why scenarios are blocked. */
export function reasonOf({ headline }: Outage): Reason {
  return { headline };
}
