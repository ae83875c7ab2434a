import type { Evidence } from './evidence.ts';
import type { Kept } from './excerpt.ts';
import type { Headline } from './headline.ts';
import type { Mismatch, ReplyLine } from './mismatch.ts';
import type { Contact, Measurement } from './observed.ts';
import type { KnownIssue, Suite } from './plan.ts';
import type { Product, Remedy, Severity } from './remedy.ts';
import type { Shard } from './shard.ts';
import type { Place } from './source.ts';

/**
 * How a scenario ended.
 * `failed`: the server is wrong. `errored`: it could not be checked. `warning`: a `should` that failed.
 * `known`: failed, and that is a known issue. `flaky`: passed on a retry. `not_run`: the run ended before its turn.
 * `blocked`: could not be checked, since others had shown that its server cannot be used.
 */
export type Outcome =
  | 'passed'
  | 'flaky'
  | 'failed'
  | 'errored'
  | 'blocked'
  | 'warning'
  | 'known'
  | 'skipped'
  | 'not_run';

/** What a result says of its scenario. */
export interface ScenarioFacts {
  /** Its number in the run, in file order, from 0. */
  readonly index: number;
  readonly suite: Suite;
  /** `suite#name-as-slug`, unique in the run. */
  readonly id: string;
  /** From its former names. */
  readonly formerIds?: readonly string[];
  readonly name: string;
  readonly description?: string;
  /** RFC sections and the like, besides the suite's. */
  readonly references: readonly string[];
  readonly tags: readonly string[];
  /** Its entry in its file. */
  readonly place: Place;
  /** A `should` that fails is a warning. */
  readonly level: 'must' | 'should';
  /** How much harm a failure does. */
  readonly severity: Severity;
  readonly remedies: readonly Remedy[];
  readonly knownIssue?: KnownIssue;
  /** By the connections' names, `''` where there is one: the configuration's name of each server, or its URL. */
  readonly servers: readonly ServerFacts[];
}

export interface ServerFacts {
  readonly connection: string;
  readonly label: string;
  /** As the configuration says it. */
  readonly product?: Product;
}

/**
 * How a scenario went: plain data, which `structuredClone` and JSON keep as it is. Secrets are replaced by `«name»`,
 * in whatever people wrote as well.
 */
export interface ScenarioResult {
  readonly scenario: ScenarioFacts;
  readonly outcome: Outcome;
  /** Why it was skipped, blocked, not run, or is known. */
  readonly reason?: Reason;
  /** At most one: what ended the scenario. */
  readonly problem?: Problem;
  /** Steps with `otherwise: warn` that did not hold, cleanup that failed, "no longer an issue". */
  readonly warnings: readonly Warning[];
  /** What departed from a protocol's grammar in the last try, tolerated or not. */
  readonly violations: readonly Violation[];
  /** Problems of the tries before the last one. */
  readonly retried: readonly Problem[];
  /** Wall-clock start, milliseconds since the epoch. */
  readonly started: number;
  /** Milliseconds. */
  readonly duration: number;
  /** What the servers turned out to be, where one says so: by their labels. */
  readonly products: readonly { readonly server: string; readonly product: Product }[];
  /** Whom it was connected to. */
  readonly contacts?: readonly Contact[];
  readonly measured?: readonly Measurement[];
  /** Control characters already visible. Empty where nobody asked for it: see `Transcripts`. */
  readonly transcript: readonly TranscriptLine[];
  /** Lines that the server logged meanwhile; read for scenarios that did not pass. */
  readonly log: readonly LogLine[];
}

/** What ended a scenario. */
export interface Problem {
  readonly verdict: 'failed' | 'errored';
  readonly code: ProblemCode;
  /** What went wrong, as data: `runner/words` makes a line of it. */
  readonly headline: Headline;
  /** The expectation's place, or the step's. */
  readonly place: Place;
  /** The action that led there, where it stands on another line. */
  readonly cause?: Place;
  readonly mismatches: readonly Mismatch[];
  /** What it is about, as data. */
  readonly evidence?: Evidence;
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
  | 'client.mismatch'
  | 'client.timeout'
  | 'client.closed'
  | 'connect.failed'
  | 'connect.timeout'
  | 'connect.name'
  | 'input.value'
  | 'runner.error';

/** A departure from a protocol's grammar, and what came of it. */
export interface Violation {
  readonly name: string;
  /** What exactly: `in FETCH response: in flag-list: a space before ")"`. */
  readonly message: string;
  /** Where the rule is. */
  readonly rule: string;
  /** The octets, as Latin-1 characters, cut at a readable length. */
  readonly octets: string;
  /** The server's name, or its URL. */
  readonly server: string;
  /** The step's. */
  readonly place: Place;
  /** `warned`: by the step's `otherwise`. `reported`: by another scenario, where suites want each once. */
  readonly verdict: 'failed' | 'warned' | 'tolerated' | 'reported';
  /** Of the tolerance. */
  readonly reason?: string;
}

/** An expectation that was not met, where that does not end in a failure. */
export interface Unmet {
  readonly headline: Headline;
  /** The first. */
  readonly mismatch?: Mismatch;
  readonly reply?: ReplyLine;
}

/** An author's words, or (`otherwise: skip`) what the server did not do. */
export type Reason = string | Unmet;

/** What was not met without ending the scenario. */
export type Warning = { readonly place?: Place } & (
  | /** `otherwise: warn` */ ({ readonly kind: 'unmet' } & Unmet)
  | ({ readonly kind: 'cleanup' } & Unmet)
  /** A known issue that is none any more. */
  | { readonly kind: 'resolved'; readonly issue: string }
  /** The server kept a login waiting that it then accepted: `took` milliseconds. Once a run for each server. */
  | { readonly kind: 'slow login'; readonly server: string; readonly took: number }
  /** As a report worded it. */
  | { readonly kind: 'message'; readonly message: string }
);

/** A line of a dialogue. */
export type TranscriptLine = {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  /** The connection's name; `''` where there is one. */
  readonly connection: string;
} & ({ readonly from: 'client' | 'server'; readonly text: string } | { readonly from: 'note'; readonly note: Note });

/** What happened to a connection, or to the scenario. */
export type Note =
  | { readonly kind: 'text'; readonly text: string }
  /** A line of a file, a body or a program's output, of which at most `longest` characters are shown. */
  | { readonly kind: 'line'; readonly label: string; readonly text: Kept; readonly longest: number }
  /** `remote`: an address and port, or a socket's path. */
  | { readonly kind: 'connected'; readonly remote: string }
  /** `eventually`: what a try ended with, and in how many milliseconds the next one begins. */
  | { readonly kind: 'retry'; readonly after: Headline; readonly pause: number };

/** A line of a server's log. */
export interface LogLine {
  readonly file: string;
  readonly text: string;
  /**
   * `own`: it has traces of the scenario. `before`: nothing came in the scenario's time, and this is what was there.
   * Absent: it came in the scenario's time, and may be another's.
   */
  readonly whose?: 'own' | 'before';
}

/**
 * Of which scenarios results have their transcript, by how they ended. Making one takes time, and most reporters show none
 * of those that passed.
 */
export type Transcripts = (outcome: Outcome) => boolean;

/** A tolerance that a run did not need. */
export interface Unneeded {
  /** As written. */
  readonly finding: string;
  readonly place: Place;
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
  | { readonly type: 'begin'; readonly scenario: ScenarioFacts }
  | { readonly type: 'scenario'; readonly result: ScenarioResult }
  | { readonly type: 'end'; readonly summary: Summary };

export type Shortfall =
  /** Scenarios were skipped under `strict`. `names`: what would allow that. */
  | { readonly kind: 'skipped'; readonly count: number; readonly names: readonly string[] }
  | { readonly kind: 'passed'; readonly passed: number; readonly required: number };

/** What a run learnt of a server beside its verdicts, once for each server. */
export type RunNote =
  /** `said`: its words, none where it closed connections without any. The rest: what it bore. */
  | {
      readonly kind: 'connection limit';
      readonly server: string;
      /** All whose connections it counts together. */
      readonly servers?: readonly string[];
      readonly said: string;
      readonly connections?: number;
      readonly perMinute?: number;
    }
  /** `isOver`: waiting did not help. */
  | { readonly kind: 'greylisting'; readonly server: string; readonly said: string; readonly isOver: boolean }
  /** A user may log in only so often; `isOver`: scenarios were blocked rather than kept waiting. */
  | { readonly kind: 'login delay'; readonly server: string; readonly said: string; readonly isOver: boolean }
  /** The name with which the scenarios greet it is refused. */
  | { readonly kind: 'helo'; readonly server: string; readonly said: string }
  /** As a report worded it. */
  | { readonly kind: 'message'; readonly message: string };

/** How a run ended. */
export interface Summary {
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly total: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly interrupted: boolean;
  /** Milliseconds since the epoch. */
  readonly ended: number;
  /** What was asked of the run and not met, though no scenario failed for it. Absent where all of it was met. */
  readonly shortfalls?: readonly Shortfall[];
  /** Tolerances of what no server did where they apply. Absent where there are none. */
  readonly unneeded?: readonly Unneeded[];
  /** What the run learnt of servers, and what to do. Absent where it is nothing. */
  readonly notes?: readonly RunNote[];
  /** The process's exit status (CLI.md). */
  readonly exitStatus: number;
}

/** Takes a run's events and writes a report. Called in order; never concurrently. */
export interface Reporter {
  readonly name: string;
  /** `order: 'file'` reporters get `scenario` events in file order, `as they end` otherwise. */
  readonly order: 'file' | 'as they end';
  readonly transcripts: Transcripts;
  report(event: RunEvent): void | Promise<void>;
  /** After the end: what the process is to exit with, where its reader knows other numbers than those of the command line. */
  exitStatus?(): number;
}
