import type { LogWatch } from '../checks/log-watch.ts';
import type { Scenario, Secret } from '../plan.ts';
import type { Transcripts } from '../run-event.ts';
import type { Step } from '../steps.ts';
import type { FileCache } from '../transport/files.ts';
import type { Breaker } from './breaker.ts';
import type { Counterparts } from './counterpart.ts';
import type { Deliveries } from './deliveries.ts';
import type { Listener } from './listener.ts';
import type { Receivers } from './receivers.ts';
import type { ReportedViolations } from './reported-violations.ts';
import type { TimeLimit } from './time-limit.ts';
import type { ToleranceUse } from './tolerances.ts';
import type { Traffic } from './traffic.ts';
import type { Witness } from './witness.ts';
import type { Written } from './written.ts';

/** All of the outside world that a scenario may use. */
export interface World {
  /** A monotonic clock, in milliseconds. */
  readonly clock: () => number;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  readonly runId: string;
  /** Each file is read once in a run. */
  readonly files: FileCache;
  /** Aborts when the run ends early, for example by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Starts a time limit, which also ends when the run does. */
  readonly limit: (ms: number) => TimeLimit;
  /** Hosts whose slow logins have been reported in this run. */
  readonly slowLogins: Set<string>;
  readonly breaker: Breaker;
  readonly deliveries: Deliveries;
  readonly tolerances: ToleranceUse;
  readonly traffic: Traffic;
  readonly reported: ReportedViolations;
  /** Absent if nobody observes steps. */
  readonly witness?: Witness;
  /** Absent if nobody measures steps. */
  readonly stopwatch?: Stopwatch;
  /** The clients that scenarios are served to. Absent: mailspec itself is the client. */
  readonly counterparts?: Counterparts;
  /** Whether the end of TLS is observed even if a scenario does not expect it. */
  readonly watchesEnds?: true;
}

/** Called with the milliseconds that a successful step took. */
export type Stopwatch = (scenario: Scenario, step: Step, took: number) => void;

/** What all scenarios of a run share. */
export interface ScenarioWorld extends World {
  readonly secrets: readonly Secret[];
  /** `undefined` if the plan names no log. */
  readonly logs: LogWatch | undefined;
  readonly written: Written;
  readonly receivers: Receivers;
  readonly transcripts: Transcripts;
  /** `undefined` if nobody listens. */
  readonly listener: Listener | undefined;
}
