import type { Outcome, ProblemCode } from '../result.ts';
import type { LatencyRecord } from './latency.ts';

/** The result of a load: the content of `--out FILE.json`, from which results of processes and machines are merged. */
export interface LoadResult {
  readonly format: 'mailspec-load/1';
  /** ISO 8601. */
  readonly started: string;
  readonly ended: string;
  readonly settings: LoadSettings;
  readonly interrupted: boolean;
  /** No scenario had passed for so long that the rest was left out. */
  readonly hopeless: boolean;
  /** Scenarios that were due but did not start, because all connections were in use until the end. */
  readonly notStarted: number;
  /** Scenarios that started late, because all connections were in use when they were due. */
  readonly waited: number;
  readonly scenarios: readonly ScenarioRecord[];
  readonly errors: readonly ErrorRecord[];
  readonly client: ClientRecord;
}

export interface LoadSettings {
  /** Scenarios per second. Absent: as many as the connections allow. */
  readonly rate?: number;
  /** How long scenarios were started for. */
  readonly seconds: number;
  readonly connections: number;
  readonly processes: number;
}

export interface ScenarioRecord {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly outcomes: Partial<Readonly<Record<Outcome, number>>>;
  /** For those that passed: from the intended start to the end. */
  readonly latency?: LatencyRecord;
  /** For the same: from the actual start to the end. */
  readonly service?: LatencyRecord;
  /** For all others: from the intended start to the end. */
  readonly failed?: LatencyRecord;
  readonly steps: readonly StepRecord[];
}

export interface StepRecord {
  readonly label: string;
  readonly line: number;
  /** For each time that the step succeeded; the first one on a connection includes opening it. */
  readonly latency?: LatencyRecord;
}

/** Failures of one kind at one place. */
export interface ErrorRecord {
  /** The scenario's id. */
  readonly scenario: string;
  readonly code: ProblemCode | 'blocked' | 'other';
  /** The status in the server's reply. */
  readonly status?: string;
  /** The message of the first one. */
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly count: number;
  /** The attempt did not leave this machine: it has no free port, file descriptor or route. */
  readonly local?: true;
}

/** How well this program kept up. */
export interface ClientRecord {
  /** The share of time in which the busiest process worked rather than waited, from 0 to 1. */
  readonly busy: number;
  /** The delay of the event loop in milliseconds, in the worst process, at the 99th percentile. */
  readonly loopDelay: number;
  /** How late scenarios started that had a free connection; absent without a rate. */
  readonly startDelay?: LatencyRecord;
}

/** Whether the server failed, or could not be checked. */
export function isError(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'errored' || outcome === 'blocked';
}

/** The number of errors, including scenarios that did not start. */
export function errorsIn({ scenarios, notStarted }: LoadResult): number {
  return notStarted + sumOf(scenarios, isError);
}

/** The number of scenarios that were to run. */
export function totalOf({ scenarios, notStarted }: LoadResult): number {
  return notStarted + sumOf(scenarios, () => true);
}

export function passedIn({ scenarios }: LoadResult): number {
  return sumOf(scenarios, (outcome) => outcome === 'passed');
}

function sumOf(scenarios: readonly ScenarioRecord[], counts: (outcome: Outcome) => boolean): number {
  let sum = 0;
  for (const { outcomes } of scenarios)
    for (const [outcome, count] of Object.entries(outcomes)) if (counts(outcome as Outcome)) sum += count;
  return sum;
}

/** From the first start to the last end. */
export function secondsOf({ started, ended }: LoadResult): number {
  return (Date.parse(ended) - Date.parse(started)) / 1000;
}
