import type { Evidence } from './evidence.ts';
import type { Kept } from './excerpt.ts';
import type { Headline } from './headline.ts';
import type { Mismatch, ReplyLine } from './mismatch.ts';
import type { Contact, Measurement, ServerFacts, Way } from './observed.ts';
import type { KnownIssue, Suite } from './plan.ts';
import type { Product, Remedy, Severity } from './remedy.ts';
import type { Place } from './source.ts';

/**
 * How a scenario ended.
 *
 * - `passed`: every expectation was met.
 * - `flaky`: passed on a retry.
 * - `failed`: the server is wrong.
 * - `errored`: mailspec could not check the server.
 * - `blocked`: not tried, because other scenarios had shown that its server cannot be used.
 * - `warning`: a scenario of level `should` failed.
 * - `known`: failed, and is listed as a known issue.
 * - `skipped`: optional, or something that it requires is not configured.
 * - `not_run`: the run ended before its turn.
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

/** Which scenario a result is about. */
export interface ScenarioFacts {
  /** The scenario's number in the run, in file order, from 0. */
  readonly index: number;
  /** The suite that contains the scenario. */
  readonly suite: Suite;
  /** `suite#name-as-slug`, unique in the run. */
  readonly id: string;
  /** Ids made from its earlier names (`formerly`). */
  readonly formerIds?: readonly string[];
  /** The name, with the values of its case filled in. */
  readonly name: string;
  /** The `description` in the file. */
  readonly description?: string;
  /** RFC sections and the like, in addition to the suite's. */
  readonly references: readonly string[];
  /** Its own tags and the suite's. */
  readonly tags: readonly string[];
  /** The scenario's entry in its file. */
  readonly place: Place;
  /** The failure of a `should` is a warning. */
  readonly level: 'must' | 'should';
  /** How much harm a failure does. */
  readonly severity: Severity;
  /** Present if it is about clients that the server has no reason to trust. */
  readonly elsewhere?: true;
  /** What to do about a failure, by product. */
  readonly remedies: readonly Remedy[];
  /** Present if the configuration lists the scenario under `known_issues`. */
  readonly knownIssue?: KnownIssue;
  /** The servers that it connects to, one for each connection. */
  readonly servers: readonly ServerFacts[];
}

/**
 * The result of a scenario: plain data, which `structuredClone` and JSON preserve. Secrets are replaced by `«name»`
 * everywhere, also in names and descriptions.
 */
export interface ScenarioResult {
  /** The scenario that was run. */
  readonly scenario: ScenarioFacts;
  /** How it ended. */
  readonly outcome: Outcome;
  /** Why it was skipped, blocked or not run, or why its failure is known. */
  readonly reason?: Reason;
  /** What ended the scenario. Absent if it passed, was skipped or did not run. */
  readonly problem?: Problem;
  /** Expectations with `otherwise: warn` that were not met, cleanup that failed, known issues that are gone. */
  readonly warnings: readonly Warning[];
  /** Protocol violations in the last attempt, tolerated ones included. */
  readonly violations: readonly Violation[];
  /** The problems of earlier attempts. */
  readonly retried: readonly Problem[];
  /** When it started, in milliseconds since the epoch. */
  readonly started: number;
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** The products of the servers, if they were configured or recognized. */
  readonly products: readonly { readonly server: string; readonly product: Product }[];
  /** The servers that it connected to. */
  readonly contacts?: readonly Contact[];
  /** When certificates expire, and how long deliveries took. */
  readonly measured?: readonly Measurement[];
  /** The dialogue, with control characters made visible. Empty unless it was asked for: see `Transcripts`. */
  readonly transcript: readonly TranscriptLine[];
  /** Lines that the server logged meanwhile. Read only for scenarios that did not pass. */
  readonly log: readonly LogLine[];
}

/** What ended a scenario. */
export interface Problem {
  /** `failed`: the server is wrong. `errored`: mailspec could not check it. */
  readonly verdict: 'failed' | 'errored';
  /** The kind of problem. */
  readonly code: ProblemCode;
  /** What went wrong, as data; `problemWords` makes a line of it. */
  readonly headline: Headline;
  /** The place of the expectation, or of the step. */
  readonly place: Place;
  /** The place of the action that led to it, if that is on another line. */
  readonly cause?: Place;
  /** Each difference between the expectation and the actual value. */
  readonly mismatches: readonly Mismatch[];
  /** The server, the reply and the fault, as data: problems with the same cause have the same evidence. */
  readonly evidence?: Evidence;
  /** What to do, as a sentence. */
  readonly hint?: string;
  /** Milliseconds since the scenario began. The last line of the transcript until then is the evidence. */
  readonly at: number;
}

/** The code of a problem, as in brackets in a failure. A closed set: you may switch over it. */
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

/** A protocol violation, and its effect on the scenario. */
export interface Violation {
  /** The name, as `tolerate` accepts it: `imap.flag-list.trailing-space`. */
  readonly name: string;
  /** The violation in detail: `in FETCH response: in flag-list: a space before ")"`. */
  readonly message: string;
  /** The rule, with its RFC and section. */
  readonly rule: string;
  /** The octets, one character each (Latin-1), cut to a readable length. */
  readonly octets: string;
  /** The server's name, or its URL. */
  readonly server: string;
  /** The place of the step. */
  readonly place: Place;
  /**
   * `warned`: because of the step's `otherwise`. `reported`: by another scenario, because the suite has `violations:
   * once`.
   */
  readonly verdict: 'failed' | 'warned' | 'tolerated' | 'reported';
  /** Why the violation is tolerated. */
  readonly reason?: string;
}

/** An expectation that was not met but did not fail the scenario. */
export interface Unmet {
  readonly headline: Headline;
  /** The first difference. */
  readonly mismatch?: Mismatch;
  readonly reply?: ReplyLine;
}

/** The text of `skip` or of a known issue, or the expectation with `otherwise: skip` that was not met. */
export type Reason = string | Unmet;

/** Something that a report mentions although it did not end the scenario. */
export type Warning = { readonly place?: Place } & (
  | /** `otherwise: warn` */ ({ readonly kind: 'unmet' } & Unmet)
  | ({ readonly kind: 'cleanup' } & Unmet)
  /** A known issue that is gone. */
  | { readonly kind: 'resolved'; readonly issue: string }
  /** The server delayed a login that it then accepted, by `took` milliseconds. Once per run and server. */
  | { readonly kind: 'slow login'; readonly server: string; readonly took: number }
  /** Text from a report. */
  | { readonly kind: 'message'; readonly message: string }
);

/** A line of a transcript: what was sent, what was received, or a note. */
export type TranscriptLine = {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  /** The connection's name; `''` if the scenario has only one. */
  readonly connection: string;
} & ({ readonly from: 'client' | 'server'; readonly text: string } | { readonly from: 'note'; readonly note: Note });

/** An event of a connection or of the scenario, as a transcript shows it. */
export type Note =
  | { readonly kind: 'text'; readonly text: string }
  /** A TLS handshake ended well: its version and cipher suite, and whose certificate it was. */
  | { readonly kind: 'encrypted'; readonly text: string }
  /** A line of a file, of a body or of a program's output; reports show at most `longest` characters. */
  | { readonly kind: 'line'; readonly label: string; readonly text: Kept; readonly longest: number }
  /** `remote`: an address and port, or a socket's path. */
  | { readonly kind: 'connected'; readonly remote: string }
  /**
   * An attempt of `eventually` failed. `after`: how. `pause`: milliseconds until the next attempt; less than the step
   * allows if no mail has arrived so far.
   */
  | { readonly kind: 'retry'; readonly after: Headline; readonly pause: number }
  | { readonly kind: 'impatient'; readonly way: Way; readonly within: number; readonly left: number };

/** A line of a server's log. */
export interface LogLine {
  /** The log file's absolute path. */
  readonly file: string;
  /** The line, without its end. */
  readonly text: string;
  /**
   * `own`: the line belongs to the scenario. `before`: it is older, because nothing was logged during the scenario.
   * Absent: it was logged during the scenario, and may belong to another one.
   */
  readonly whose?: 'own' | 'before';
}
