import type { CertificateFault, Fault, NoName } from '../evidence.ts';
import type { Mismatch, ReplyLine } from '../mismatch.ts';
import type { Note, ProblemCode } from '../result.ts';
import { forget, heed } from '../transport/abort.ts';
import { atDeadline } from '../transport/deadline.ts';
import { faultOf } from '../transport/fault.ts';
import { problemCodeOf } from '../transport/problem-code.ts';
import { TransportError } from '../transport/transport.ts';
import type { Fields } from '../value.ts';

/** What a check needs of the world; all of it comes from outside. */
export interface CheckContext {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** By the clock, ms. */
  readonly deadline: number;
  /** Ends the check at once, and leaves nothing open. */
  readonly signal: AbortSignal;
}

/** What a check saw. Untrusted text, not yet made visible and with secrets in it. */
export interface Seen {
  /** By the names that expectations use. */
  readonly evidence: Fields;
  /** For people: the answer as `dig` would print it, the chain with names and dates, a line each. */
  readonly transcript: readonly (string | Note)[];
  /** What a pattern, and a capture, look at. */
  readonly text: string;
  /** What is wrong with what it saw, where the field of that name is not as expected. */
  readonly faultIn?: (field: string) => CertificateFault | NoName | undefined;
  /** When the certificate that it saw ends, milliseconds since the epoch. */
  readonly expires?: number;
  /** The server ended the connection before it said anything, as some do with those that are too many. */
  readonly wordless?: boolean;
}

/**
 * A check that has no result to hold an expectation against. The code says whose fault it is: `connect.…` and
 * `input.value` mean that nothing was learnt about the server, every other one that the server is wrong.
 */
export class CheckError extends Error {
  readonly code: ProblemCode;
  /** What was seen until then. */
  readonly transcript: readonly (string | Note)[];
  readonly hint: string | undefined;
  readonly mismatches: readonly Mismatch[];
  readonly fault: Fault | undefined;
  /** The reply with which the server did not let the check go on. */
  readonly reply: ReplyLine | undefined;
  /** The server was reached, and its answer did not come in the check's time. */
  readonly late: boolean;
  /** The server ended the connection before it said anything. */
  readonly wordless: boolean;
  constructor(
    code: ProblemCode,
    message: string,
    details: {
      readonly transcript?: readonly (string | Note)[];
      readonly hint?: string;
      readonly mismatches?: readonly Mismatch[];
      readonly cause?: unknown;
      readonly late?: boolean;
      readonly wordless?: boolean;
      readonly fault?: Fault | undefined;
      readonly reply?: ReplyLine;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CheckError';
    this.code = code;
    this.transcript = details.transcript ?? [];
    this.hint = details.hint;
    this.mismatches = details.mismatches ?? [];
    this.fault = details.fault;
    this.reply = details.reply;
    this.late = details.late ?? code === 'reply.timeout';
    this.wordless = details.wordless ?? false;
  }
}

/** What a connection threw, as a check's error; aborts and everything else stay what they are. */
export function checkErrorFrom(
  error: unknown,
  transcript: readonly (string | Note)[] = [],
  { wordless = false }: { readonly wordless?: boolean } = {},
): unknown {
  const code = error instanceof TransportError ? problemCodeOf(error) : undefined;
  if (!(error instanceof TransportError) || code === undefined) return error;
  const late = error.kind === 'timeout' && error.during !== 'connect';
  return new CheckError(code, error.message, { transcript, cause: error, late, wordless, fault: faultOf(error) });
}

/** The run was ended while a check was under way. */
export function aborted(signal: AbortSignal): TransportError {
  return new TransportError('aborted', 'read', 'Cannot go on: the run was ended', { cause: signal.reason });
}

/** Both ways in which a check's time ends, as one signal. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** The deadline passed; otherwise the run was ended. */
  expired(): boolean;
  /** Must be called: a timer keeps the process alive. */
  done(): void;
}

export function timeLimit({ clock, deadline, signal }: CheckContext): TimeLimit {
  const controller = new AbortController();
  let expired = false;
  const callOff = atDeadline(clock, deadline, () => {
    expired = true;
    controller.abort(new Error('the time is up'));
  });
  const end = () => controller.abort(signal.reason);
  heed(signal, end);
  return {
    signal: controller.signal,
    expired: () => expired,
    done() {
      callOff();
      forget(signal, end);
    },
  };
}

/** The promise's value, unless the signal comes first; then rejects with its reason. What the promise still does is ignored. */
export function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    heed(signal, end);
    promise.then(resolve, reject).finally(() => forget(signal, end));
  });
}
