import type { LogWatch } from '../checks/log-watch.ts';
import type { Scenario, Secret } from '../plan.ts';
import type { Transcripts } from '../result.ts';
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

/** The world as a scenario may touch it; all of it comes from outside. */
export interface World {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  readonly runId: string;
  /** Read once in this run. */
  readonly files: FileCache;
  /** Ctrl-C, or whatever else ends the run. */
  readonly interrupted: AbortSignal;
  /** Starts a time limit, which the end of the run ends as well. */
  readonly limit: (ms: number) => TimeLimit;
  /** Hosts whose slow logins were reported in this run. */
  readonly slowLogins: Set<string>;
  readonly breaker: Breaker;
  readonly deliveries: Deliveries;
  readonly tolerances: ToleranceUse;
  readonly traffic: Traffic;
  readonly reported: ReportedViolations;
  /** Absent where nobody wants to know. */
  readonly witness?: Witness;
  /** Absent where nobody wants to know. */
  readonly stopwatch?: Stopwatch;
  /** Who the scenarios are played to; absent: to their servers. */
  readonly counterparts?: Counterparts;
  /** How TLS ends matters, whatever a scenario expects. */
  readonly watchesEnds?: true;
}

/** Told how many milliseconds a step took that did what it should. */
export type Stopwatch = (scenario: Scenario, step: Step, took: number) => void;

/** What every scenario of a run shares. */
export interface ScenarioWorld extends World {
  readonly secrets: readonly Secret[];
  /** None where the plan names no log. */
  readonly logs: LogWatch | undefined;
  readonly written: Written;
  readonly receivers: Receivers;
  readonly transcripts: Transcripts;
  /** None where nobody listens. */
  readonly listener: Listener | undefined;
}
