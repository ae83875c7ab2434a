import type { Outcome, ProblemCode } from '../result.ts';
import type { LatencyRecord } from './latency.ts';

/** What a load came to: the file of `--out FILE.json`, and what processes and machines are merged from. */
export interface LoadResult {
  readonly format: 'mailspec-load/1';
  /** ISO 8601. */
  readonly started: string;
  readonly ended: string;
  readonly settings: LoadSettings;
  readonly interrupted: boolean;
  /** No scenario passed for so long that the rest was left out. */
  readonly hopeless: boolean;
  /** Scenarios that were due and did not start: all connections were in use until the end. */
  readonly notStarted: number;
  /** Scenarios that started late: all connections were in use when they were due. */
  readonly waited: number;
  readonly scenarios: readonly ScenarioRecord[];
  readonly errors: readonly ErrorRecord[];
  readonly client: ClientRecord;
}

export interface LoadSettings {
  /** Scenarios in a second; absent: as many as the connections allow. */
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
  /** Of those that passed: from when they should have started to their end. */
  readonly latency?: LatencyRecord;
  /** Of the same: from when they did start. */
  readonly service?: LatencyRecord;
  /** Of all others: from when they should have started. */
  readonly failed?: LatencyRecord;
  readonly steps: readonly StepRecord[];
}

export interface StepRecord {
  readonly label: string;
  readonly line: number;
  /** Each time that the step did what it should; the first on a connection includes opening it. */
  readonly latency?: LatencyRecord;
}

/** Failures of one kind at one place. */
export interface ErrorRecord {
  /** The scenario's id. */
  readonly scenario: string;
  readonly code: ProblemCode | 'blocked' | 'other';
  /** With which the server answered. */
  readonly status?: string;
  /** Of the first. */
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly count: number;
  /** The attempt did not leave this machine: it has no free port, file descriptor or route. */
  readonly local?: true;
}

/** How well this program kept up. */
export interface ClientRecord {
  /** The part of the time that the busiest process worked rather than waited: 0 to 1. */
  readonly busy: number;
  /** Milliseconds by which the event loop was late, in the worst process: at the 99th percentile. */
  readonly loopDelay: number;
  /** How late scenarios started that had a free connection; absent where there was no rate. */
  readonly startDelay?: LatencyRecord;
}

/** The server did not do what it should, or that could not be checked. */
export function isError(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'errored' || outcome === 'blocked';
}

/** Errors, and scenarios that did not start. */
export function errorsIn({ scenarios, notStarted }: LoadResult): number {
  return notStarted + sumOf(scenarios, isError);
}

/** All that were to run. */
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
