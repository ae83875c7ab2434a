import type { Outcome, ScenarioFacts, ScenarioResult } from './result.ts';
import type { Shard } from './shard.ts';
import type { Place } from './source.ts';

/**
 * An event of a run: first `start`, then a `begin` and a `scenario` for each scenario as it begins and ends, then `end`.
 * `slowed`: the run begins to wait for a server that limits clients.
 */
export type RunEvent =
  | {
      readonly type: 'start';
      readonly runId: string;
      readonly total: number;
      readonly started: number;
      readonly parallel: number;
      readonly shard?: Shard;
    }
  | { readonly type: 'begin'; readonly scenario: ScenarioFacts }
  | { readonly type: 'scenario'; readonly result: ScenarioResult }
  | { readonly type: 'slowed'; readonly note: SlowingNote }
  | { readonly type: 'end'; readonly summary: Summary };

/** The summary of a run. */
export interface Summary {
  /** How many scenarios had each outcome. */
  readonly counts: Readonly<Record<Outcome, number>>;
  /** How many scenarios were selected. */
  readonly total: number;
  /** How long the run took, in milliseconds. */
  readonly duration: number;
  /** True if a signal ended the run. */
  readonly interrupted: boolean;
  /** When it ended, in milliseconds since the epoch. */
  readonly ended: number;
  /** Demands on the whole run that were not met (`strict`, `requirePassed`). Absent if all were met. */
  readonly shortfalls?: readonly Shortfall[];
  /** Entries under `tolerate` that were not needed. Absent if there are none. */
  readonly unneeded?: readonly Unneeded[];
  /** What the run learned about the servers, such as a limit on connections. Absent if there is nothing. */
  readonly notes?: readonly RunNote[];
  /** The exit status of `mailspec run` after this run (docs/cli.md). */
  readonly exitStatus: number;
}

/** An entry under `tolerate` that the run did not need. */
export interface Unneeded {
  /** As written. */
  readonly finding: string;
  readonly place: Place;
}

export type Shortfall =
  /** Scenarios were skipped under `strict`. `names`: entries for `--allow-skip` that would permit that. */
  | { readonly kind: 'skipped'; readonly count: number; readonly names: readonly string[] }
  | { readonly kind: 'passed'; readonly passed: number; readonly required: number };

/** What a run learned about a server besides the results, once for each server. */
export type RunNote =
  /**
   * `said`: the server's reply; empty if it closed connections without one. `connections`, `perMinute`: how many it
   * tolerated. `closesPort`: it stopped accepting connections for a while. `atLogin`: it closed them instead of replying
   * to a login.
   */
  | {
      readonly kind: 'connection limit';
      readonly server: string;
      /** All servers whose connections it counts together. */
      readonly servers?: readonly string[];
      readonly said: string;
      readonly connections?: number;
      readonly perMinute?: number;
      readonly closesPort?: true;
      readonly atLogin?: true;
    }
  /** `isOver`: waiting did not help. */
  | { readonly kind: 'greylisting'; readonly server: string; readonly said: string; readonly isOver: boolean }
  /** The server limits how often a user may log in. `isOver`: scenarios were blocked rather than made to wait. */
  | { readonly kind: 'login delay'; readonly server: string; readonly said: string; readonly isOver: boolean }
  /** The server refuses the name that the scenarios greet it with. */
  | { readonly kind: 'helo'; readonly server: string; readonly said: string }
  /** Text from a report. */
  | { readonly kind: 'message'; readonly message: string };

/** A note for which the run waits. A connection limit without `perMinute`: other clients had reached it. */
export type SlowingNote = Extract<RunNote, { readonly kind: 'connection limit' | 'greylisting' | 'login delay' }>;

/**
 * Decides by the outcome whether a result gets a transcript. A transcript takes time, and most reporters show none for
 * scenarios that passed.
 */
export type Transcripts = (outcome: Outcome) => boolean;

/** Takes a run's events and writes a report. Called in order; never concurrently. */
export interface Reporter {
  readonly name: string;
  /** Reporters with `order: 'file'` get `scenario` events in file order; the others get them as the scenarios end. */
  readonly order: 'file' | 'as they end';
  readonly transcripts: Transcripts;
  report(event: RunEvent): void | Promise<void>;
  /** The exit status of the process, for readers who expect values of their own. Called after the end. */
  exitStatus?(): number;
}
