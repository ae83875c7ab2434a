import { defined } from '../defined.ts';
import type { CertificateFault, Fault, NoName } from '../evidence.ts';
import type { Mismatch, ReplyLine } from '../mismatch.ts';
import type { Note, ProblemCode } from '../result.ts';
import { forget, heed } from '../transport/abort.ts';
import { atDeadline } from '../transport/deadline.ts';
import { faultOf } from '../transport/fault.ts';
import { problemCodeOf } from '../transport/problem-code.ts';
import { TransportError } from '../transport/transport.ts';
import type { Fields } from '../value.ts';

/** All of the outside world that a check needs. */
export interface CheckContext {
  /** A monotonic clock, in milliseconds. */
  readonly clock: () => number;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** By the clock, in milliseconds. */
  readonly deadline: number;
  /** Aborting it ends the check at once and leaves nothing open. */
  readonly signal: AbortSignal;
}

/** The result of a check. Untrusted text: control characters are not yet visible, and secrets are not yet replaced. */
export interface Seen {
  /** The fields, by the names that expectations use. */
  readonly evidence: Fields;
  /** Lines for people: the answer as `dig` prints it, the chain with names and dates. */
  readonly transcript: readonly (string | Note)[];
  /** The text that patterns and captures apply to. */
  readonly text: string;
  /** What is wrong if the field of that name does not match. */
  readonly faultIn?: (field: string) => CertificateFault | NoName | undefined;
  /** When the certificate expires, in milliseconds since the epoch. */
  readonly expires?: number;
  /** The server ended the connection without a word, as some do with excess connections. */
  readonly wordless?: boolean;
  /** What it said in plain text instead of beginning TLS, or right after the handshake to end the session. */
  readonly reply?: ReplyLine | undefined;
}

/**
 * Thrown by a check that has no result to compare. The code says whose error it is: with `connect.…` and `input.value`,
 * nothing was learned about the server; with every other code, the server is wrong.
 */
export class CheckError extends Error {
  readonly code: ProblemCode;
  /** What was found until then. */
  readonly transcript: readonly (string | Note)[];
  readonly hint: string | undefined;
  readonly mismatches: readonly Mismatch[];
  readonly fault: Fault | undefined;
  /** The reply with which the server refused to go on. */
  readonly reply: ReplyLine | undefined;
  /** The server was reached, but its answer did not arrive in the check's time. */
  readonly late: boolean;
  /** The server ended the connection without a word. */
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

/** Turns the error of a connection into a check's error; aborts and all other errors are returned unchanged. */
export function checkErrorFrom(
  error: unknown,
  transcript: readonly (string | Note)[] = [],
  { wordless = false, reply }: { readonly wordless?: boolean; readonly reply?: ReplyLine | undefined } = {},
): unknown {
  const code = error instanceof TransportError ? problemCodeOf(error) : undefined;
  if (!(error instanceof TransportError) || code === undefined) return error;
  const late = error.kind === 'timeout' && error.during !== 'connect';
  const fault = faultOf(error);
  return new CheckError(code, error.message, {
    transcript,
    cause: error,
    late,
    wordless,
    fault,
    ...defined({ reply }),
  });
}

/** The error for the end of the run during a check. */
export function aborted(signal: AbortSignal): TransportError {
  return new TransportError('aborted', 'read', 'Cannot go on: the run was ended', { cause: signal.reason });
}

/** One signal for both ways in which a check's time can end. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** True if the deadline passed, false if the run was ended. */
  expired(): boolean;
  /** Must be called, since the timer keeps the process alive. */
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

/** The promise's value. If the signal aborts first, rejects with its reason and ignores the promise. */
export function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    heed(signal, end);
    promise.then(resolve, reject).finally(() => forget(signal, end));
  });
}
