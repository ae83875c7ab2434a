import { watchLogs } from '../checks/log-watch.ts';
import { defined } from '../defined.ts';
import type { Plan } from '../plan.ts';
import type { Transcripts } from '../run-event.ts';
import { createFileCache } from '../transport/files.ts';
import type { Breaker } from './breaker.ts';
import type { Counterparts } from './counterpart.ts';
import { Deliveries } from './deliveries.ts';
import type { Listener } from './listener.ts';
import { openReceivers } from './receivers.ts';
import { ReportedViolations } from './reported-violations.ts';
import { createTimeLimits } from './time-limit.ts';
import { ToleranceUse } from './tolerances.ts';
import type { Traffic } from './traffic.ts';
import type { Witness } from './witness.ts';
import type { ScenarioWorld, Stopwatch } from './world.ts';
import { writtenIn } from './written.ts';

export interface WorldOptions {
  /** Aborting it ends the run at once; unfinished scenarios count as not run. */
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly wall: () => number;
  /** Default: all results get one. */
  readonly transcripts?: Transcripts;
  /** Observes connections as they send and receive. */
  readonly listener?: Listener;
  /** Called with what steps see, before it is compared with their expectations. */
  readonly witness?: Witness;
  /** The clients, if scenarios are served. */
  readonly counterparts?: Counterparts;
  /** Called with the time that each step took. */
  readonly stopwatch?: Stopwatch;
}

/** Opens what the scenarios of a run share. Its receivers listen until they are closed. */
export async function openWorld(
  plan: Plan,
  options: WorldOptions,
  breaker: Breaker,
  traffic: Traffic,
): Promise<ScenarioWorld> {
  const { clock, wall, signal, witness, counterparts, stopwatch } = options;
  const files = createFileCache(plan.readable);
  return {
    clock,
    wall,
    runId: plan.runId,
    files,
    receivers: await openReceivers(plan, { files, wall }),
    secrets: plan.secrets,
    logs: plan.logs.length === 0 ? undefined : watchLogs(plan.logs),
    written: writtenIn(plan),
    interrupted: signal,
    limit: createTimeLimits(clock, signal),
    transcripts: options.transcripts ?? (() => true),
    listener: options.listener,
    slowLogins: new Set(),
    breaker,
    deliveries: new Deliveries(),
    tolerances: new ToleranceUse(),
    traffic,
    reported: new ReportedViolations(),
    ...defined({ witness, counterparts, stopwatch }),
  };
}
