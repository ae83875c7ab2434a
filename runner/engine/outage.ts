import { defined } from '../defined.ts';
import type { Fault } from '../evidence.ts';
import type { Headline } from '../headline.ts';
import type { Target } from '../plan.ts';
import type { ProblemCode, Reason } from '../result.ts';
import { faultOf } from '../transport/fault.ts';
import type { TransportError } from '../transport/transport.ts';
import type { Stage } from './service-needs.ts';

/** A server did not let a scenario as far as every scenario needs it. */
export interface Outage {
  readonly target: Target;
  readonly stage: Stage;
  readonly code: ProblemCode;
  /** The server ended the connection without a word, as some do that count connections. */
  readonly how?: 'closed' | undefined;
  /** What is told of it. */
  readonly headline: Headline;
}

export function outage(
  target: Target,
  stage: Stage,
  code: ProblemCode,
  why: Headline,
  { how, fault }: { readonly how?: 'closed'; readonly fault?: Fault | undefined } = {},
): Outage {
  return {
    target,
    stage,
    code,
    how,
    headline: { kind: 'no service', server: target.label, why, ...defined({ fault }) },
  };
}

/** What an error while connecting means for others. */
export function outageFrom(error: TransportError, code: ProblemCode, target: Target): Outage {
  const fault = faultOf(error);
  const why: Headline =
    fault?.kind === 'certificate' ? { kind: 'certificate', fault } : { kind: 'message', message: error.message };
  if (error.during === 'connect') return outage(target, 'connect', code, why, { fault });
  const how = error.kind === 'closed' ? ({ how: 'closed' } as const) : {};
  return outage(target, error.kind === 'timeout' ? 'answer' : 'tls', code, why, { ...how, fault });
}

/** Why scenarios are blocked. */
export function reasonOf({ headline }: Outage): Reason {
  return { headline };
}
