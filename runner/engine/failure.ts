import type { Fault } from '../evidence.ts';
import type { Headline } from '../headline.ts';
import type { Mismatch, ReplyLine } from '../mismatch.ts';
import type { Problem, ProblemCode, Reason, Warning } from '../result.ts';
import { type Place, placeOf, type Span } from '../source.ts';
import type { Step } from '../steps.ts';
import type { Outage } from './outage.ts';

interface Details {
  readonly span?: Span;
  /** If present, it overrides `span`. */
  readonly place?: Place | undefined;
  readonly mismatches?: readonly Mismatch[];
  readonly hint?: string;
  /** The unexpected reply. */
  readonly reply?: ReplyLine | undefined;
  readonly fault?: Fault | undefined;
  /** Present if no other scenario would get further. */
  readonly outage?: Outage | undefined;
  /** A server ended a check's connection without a word. */
  readonly wordless?: boolean | undefined;
  /** The server ended a session without a word after STARTTLS had succeeded. */
  readonly afterTls?: boolean | undefined;
}

/** Ends a scenario. A step throws it, and one place turns it into the result's `Problem`. */
export class StepFailure extends Error {
  readonly verdict: Problem['verdict'];
  readonly code: ProblemCode;
  readonly headline: Headline;
  readonly place: Place | undefined;
  readonly mismatches: readonly Mismatch[];
  readonly hint: string | undefined;
  readonly reply: ReplyLine | undefined;
  readonly fault: Fault | undefined;
  readonly outage: Outage | undefined;
  readonly wordless: boolean;
  readonly afterTls: boolean;
  constructor(code: ProblemCode, headline: string | Headline, details: Details = {}) {
    super(code);
    this.name = 'StepFailure';
    this.verdict = erroredCodes.has(code) ? 'errored' : 'failed';
    this.code = code;
    this.headline = typeof headline === 'string' ? { kind: 'message', message: headline } : headline;
    this.place = details.place ?? (details.span && placeOf(details.span));
    this.mismatches = details.mismatches ?? [];
    this.hint = details.hint;
    this.reply = details.reply;
    this.fault = details.fault;
    this.outage = details.outage;
    this.wordless = details.wordless ?? false;
    this.afterTls = details.afterTls ?? false;
  }
}

/** "mailspec could not check the server", as opposed to "the server is wrong". */
const erroredCodes: ReadonlySet<ProblemCode> = new Set([
  'connect.failed',
  'connect.timeout',
  'connect.name',
  'connection.open',
  'input.value',
  'runner.error',
]);

/** `otherwise: fail-later`: a failure that counts once all steps have run. */
export interface Deferred {
  readonly failure: StepFailure;
  readonly step: Step;
  /** When it happened, by the clock. */
  readonly at: number;
  /** The same failure as a warning, for use next to another problem. */
  readonly warning: Warning;
}

/** Thrown for `otherwise: pass`: the scenario ends here and passes. */
export class PassRest extends Error {
  constructor() {
    super('the scenario ends as passed');
    this.name = 'PassRest';
  }
}

/** Thrown for `otherwise: skip`: the rest of the scenario does not apply to this server. */
export class SkipRest extends Error {
  readonly reason: Reason;
  /** Why the server may be unusable: it did not answer. */
  readonly silence: Outage | undefined;
  constructor(reason: Reason, silence?: Outage) {
    super('the rest is skipped');
    this.name = 'SkipRest';
    this.reason = reason;
    this.silence = silence;
  }
}
