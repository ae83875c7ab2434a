import type { Fault } from '../evidence.ts';
import type { Headline } from '../headline.ts';
import type { Mismatch, ReplyLine } from '../mismatch.ts';
import type { Problem, ProblemCode, Reason, Warning } from '../result.ts';
import { type Place, placeOf, type Span } from '../source.ts';
import type { Step } from '../steps.ts';
import type { Outage } from './outage.ts';

interface Details {
  readonly span?: Span;
  /** Where it is known, it is meant rather than `span`. */
  readonly place?: Place | undefined;
  readonly mismatches?: readonly Mismatch[];
  readonly hint?: string;
  /** The reply that is not the expected one. */
  readonly reply?: ReplyLine | undefined;
  readonly fault?: Fault | undefined;
  /** Where no other scenario would get further. */
  readonly outage?: Outage | undefined;
  /** A server ended a check's connection before it said anything. */
  readonly wordless?: boolean | undefined;
}

/** What ends a scenario; thrown by a step, turned into the result's `Problem` in one place. */
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
  }
}

/** "We could not tell", as against "the server is wrong". */
const erroredCodes: ReadonlySet<ProblemCode> = new Set([
  'connect.failed',
  'connect.timeout',
  'connect.name',
  'connection.open',
  'input.value',
  'runner.error',
]);

/** `otherwise: fail-later`: a failure that ends the scenario once its steps are through. */
export interface Deferred {
  readonly failure: StepFailure;
  readonly step: Step;
  /** By the clock. */
  readonly at: number;
  /** The same beside another problem. */
  readonly warning: Warning;
}

/** `otherwise: pass`: the scenario ends here, and passes. */
export class PassRest extends Error {
  constructor() {
    super('the scenario ends as passed');
    this.name = 'PassRest';
  }
}

/** `otherwise: skip`: the rest of the scenario does not apply to this server. */
export class SkipRest extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super('the rest is skipped');
    this.name = 'SkipRest';
    this.reason = reason;
  }
}
