import type { Scenario, Shard } from './plan.ts';
import type { Span } from './source.ts';

/**
 * How a scenario ended.
 * `failed`: the server is wrong. `errored`: it could not be judged. `warning`: a `should` that failed.
 * `known`: failed, and that is a known issue. `flaky`: passed on a retry. `not_run`: the run ended before its turn.
 */
export type Outcome = 'passed' | 'flaky' | 'failed' | 'errored' | 'warning' | 'known' | 'skipped' | 'not_run';

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  /** Why it was skipped, not run, or is known. */
  readonly reason?: string;
  /** At most one: what ended the scenario. */
  readonly problem?: Problem;
  /** Steps with `otherwise: warn` that did not hold, cleanup that failed, "no longer an issue". */
  readonly warnings: readonly Warning[];
  /** Problems of the tries before the last one. */
  readonly retried: readonly Problem[];
  /** Wall-clock start, milliseconds since the epoch. */
  readonly started: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Secrets already replaced, control characters already visible. */
  readonly transcript: readonly TranscriptLine[];
  /** Lines that the server logged meanwhile; read for scenarios that did not pass. */
  readonly log: readonly LogLine[];
}

export interface Problem {
  readonly verdict: 'failed' | 'errored';
  readonly code: ProblemCode;
  /** One line: `reply to "AUTH PLAIN" does not match`. */
  readonly message: string;
  /** The expectation's place, or the step's. */
  readonly span: Span;
  /** The action that led there, where it stands on another line. */
  readonly cause?: Span;
  readonly mismatches: readonly Mismatch[];
  readonly hint?: string;
  /** Milliseconds since the scenario began; the transcript's last line by then is the evidence. */
  readonly at: number;
}

/** Closed: consumers may switch over it. */
export type ProblemCode =
  | 'reply.mismatch'
  | 'reply.timeout'
  | 'reply.unread'
  | 'reply.unexpected'
  | 'connection.closed'
  | 'connection.open'
  | 'protocol.violation'
  | 'protocol.limit'
  | 'tls.handshake'
  | 'tls.certificate'
  | 'tls.plaintext'
  | 'tls.unexpected'
  | 'auth.failed'
  | 'auth.signature'
  | 'capture.missing'
  | 'check.mismatch'
  | 'scenario.timeout'
  | 'connect.failed'
  | 'connect.timeout'
  | 'connect.name'
  | 'input.value'
  | 'runner.error';

/** What a reply answers: the last thing that happened on its connection. */
export type Action =
  | { readonly kind: 'greeting' }
  /** `label`: as the step names it. `line`: what was sent, its holes filled, where the step sends one line; redacted when shown. */
  | { readonly kind: 'command'; readonly label: string; readonly line?: string }
  | { readonly kind: 'message' }
  /** RFC 3030 section 2. `at`: its first octet; absent for the last one. */
  | { readonly kind: 'chunk'; readonly at?: number }
  /** An answer to a SASL challenge. */
  | { readonly kind: 'challenge'; readonly mechanism: string }
  | { readonly kind: 'handshake' }
  /** RFC 5804 section 2.2: after the handshake the server sends them again. */
  | { readonly kind: 'capabilities' };

/** What differs, as data; worded when shown. */
export interface Mismatch {
  /** Which part: `code`, `extensions.SIZE`, `lines[2]`. Empty for the whole. */
  readonly path: string;
  /** In words: `at least 10485760`, `a line that begins with "AUTH"`. */
  readonly expected: string;
  /** Visible form of what came; `nothing` in words where there was none. */
  readonly actual: string;
  readonly missing?: readonly string[];
  readonly extra?: readonly string[];
  readonly span?: Span;
}

export interface Warning {
  readonly message: string;
  readonly span?: Span;
}

export interface TranscriptLine {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  /** The connection's name; `''` where there is one. */
  readonly connection: string;
  readonly from: 'client' | 'server' | 'note';
  readonly text: string;
}

export interface LogLine {
  readonly file: string;
  readonly text: string;
}

/** What a run tells its reporters, in this order. `scenario` events come as scenarios end. */
export type RunEvent =
  | {
      readonly type: 'start';
      readonly runId: string;
      readonly total: number;
      readonly started: number;
      readonly parallel: number;
      readonly shard?: Shard;
    }
  | { readonly type: 'begin'; readonly scenario: Scenario }
  | { readonly type: 'scenario'; readonly result: ScenarioResult }
  | { readonly type: 'end'; readonly summary: Summary };

export interface Summary {
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly total: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly interrupted: boolean;
  /** Milliseconds since the epoch. */
  readonly ended: number;
  /** The process's exit status (CLI.md). */
  readonly exitStatus: number;
}

/** Takes a run's events and writes a report. Called in order; never concurrently. */
export interface Reporter {
  readonly name: string;
  /** `order: 'file'` reporters get `scenario` events in file order, `as they end` otherwise. */
  readonly order: 'file' | 'as they end';
  report(event: RunEvent): void | Promise<void>;
}
