import { ProtocolError } from './reply.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * How many of a server's octets are accepted before the server counts as wrong. A hostile server costs a failed
 * scenario, never memory or a hang. Each limit is far above what honest servers send, so that exceeding it says
 * something about the server.
 */
export const limits = {
  /**
   * A line of SMTP, POP3, ManageSieve or tcp. RFC 5321 section 4.5.3.1.5 and RFC 2449 allow 512 octets; EHLO lines and
   * SASL tokens are longer.
   */
  longestLine: 64 * KiB,
  /**
   * An IMAP line between literals: for large mailboxes, SEARCH and BODYSTRUCTURE are one line of some hundred thousand
   * octets.
   */
  longestImapLine: 8 * MiB,
  /** A literal's size is announced; no larger one is needed to see whether a message is right. */
  largestLiteral: 16 * MiB,
  /**
   * All octets of a reply: a RETR or FETCH of the largest message that tests send (10 MiB, and a third more in base64).
   */
  longestReply: 16 * MiB,
  /**
   * Octets of memory for the lines and items of a reply until it is complete: 16 MiB of the shortest ones would take a
   * gigabyte. This is IMAP's limit: the flags, sizes and dates of a hundred thousand messages.
   */
  replyMemory: 80 * MiB,
  /**
   * The same for SMTP, POP3 and tcp: the longest reply in lines of 32 octets. Bodies of empty lines take far more memory
   * than their octets.
   */
  lineReplyMemory: 48 * MiB,
  /**
   * The same for ManageSieve, whose replies are at most a script; many short lines there take twice the memory that is
   * counted.
   */
  sieveReplyMemory: 20 * MiB,
  /** Octets that have arrived and that no expectation has read: a reply, and pipelined ones after it. */
  largestBacklog: 64 * MiB,
  /**
   * Untagged responses that arrive while an expectation waits for some: with each one, it examines all of them again.
   */
  mostUntaggedAwaited: 10_000,
  /** Nested parentheses: a BODYSTRUCTURE of nested messages has about ten, and the parser is recursive. */
  deepestList: 100,
  /** Items of one IMAP list or response, at all depths. */
  mostListItems: 1_000_000,
  /**
   * PBKDF2 iterations that a SCRAM server may ask for: above the 1.3 million recommended today; they take about half a
   * second, in which nothing else runs.
   */
  mostScramIterations: 2_000_000,
  /**
   * A decoded SASL challenge: RFC 2831 section 2.1.1 allows 2048 octets; OAuth's errors and SCRAM's challenges are
   * shorter.
   */
  longestChallenge: 64 * KiB,
  /** Octets of evidence kept in an error: enough that no secret in the shown part is cut. */
  evidence: 4096,
  /** Octets of evidence that are shown after secrets are replaced: what a person reads. */
  shownEvidence: 512,
} as const;

export type LimitName = keyof typeof limits;

/** A limit in words. */
interface Wording {
  /** What exceeds it. */
  readonly over: string;
  /** What it limits, which may have at most so many units. */
  readonly what: string;
  readonly unit: string;
}

const inMemory = { over: 'a reply takes more than {} octets of memory', what: 'a reply', unit: 'octets of memory' };

const wordings: Readonly<Record<LimitName, Wording>> = {
  longestLine: { over: 'a line is longer than {} octets', what: 'a line', unit: 'octets' },
  longestImapLine: { over: 'a line is longer than {} octets', what: 'a line', unit: 'octets' },
  largestLiteral: { over: 'a literal is larger than {} octets', what: 'a literal', unit: 'octets' },
  longestReply: { over: 'a reply is longer than {} octets', what: 'a reply', unit: 'octets' },
  replyMemory: inMemory,
  lineReplyMemory: inMemory,
  sieveReplyMemory: inMemory,
  largestBacklog: { over: 'more than {} octets are unread', what: 'a backlog', unit: 'unread octets' },
  mostUntaggedAwaited: {
    over: 'more than {} untagged responses came, but not the expected ones',
    what: 'a reply',
    unit: 'untagged responses before the expected ones',
  },
  deepestList: { over: 'lists are nested deeper than {}', what: 'a list', unit: 'levels' },
  mostListItems: { over: 'a list has more than {} items', what: 'a list', unit: 'items' },
  mostScramIterations: {
    over: 'the server asks for more than {} SCRAM iterations',
    what: 'a challenge',
    unit: 'SCRAM iterations',
  },
  longestChallenge: { over: 'a challenge is longer than {} octets', what: 'a challenge', unit: 'octets' },
  evidence: { over: 'evidence is longer than {} octets', what: 'evidence', unit: 'octets' },
  shownEvidence: { over: 'evidence is longer than {} octets', what: 'evidence', unit: 'octets' },
};

/** Octets of memory, measured: of a line that is kept as octets and in parsed form, and of an item in it. */
const lineMemory = 300;
const itemMemory = 50;
/** Octets of memory for a line that is kept only as text, in addition to its own octets. */
const textLineMemory = 64;
/** Octets of memory of a finding, with its evidence. */
const findingMemory = 1000;

/** The memory for this many lines, items and findings of an incomplete reply. */
export function memoryOf(lines: number, items: number, findings: number): number {
  return lines * lineMemory + items * itemMemory + findings * findingMemory;
}

/** The limit that a reply of text lines exceeds, and the number that it reached. */
export function exceededByLines(
  octets: number,
  lines: number,
): { readonly name: LimitName; readonly reached: number } | undefined {
  if (octets > limits.longestReply) return { name: 'longestReply', reached: octets };
  const memory = octets + lines * textLineMemory;
  return memory > limits.lineReplyMemory ? { name: 'lineReplyMemory', reached: memory } : undefined;
}

/** The message for an exceeded limit: `a line is longer than 65536 octets`. */
export function limitMessage(name: LimitName, most: number = limits[name]): string {
  return wordings[name].over.replace('{}', String(most));
}

/** The error for a limit that the server exceeded. `most`: the limit, if it is not the default. */
export function limitError(
  name: LimitName,
  evidence: Buffer,
  reached: number | undefined,
  most: number = limits[name],
): ProtocolError {
  const { what, unit } = wordings[name];
  return new ProtocolError('limit', limitMessage(name, most), name, cutEvidence(evidence), {
    limit: { what, unit, most, ...(reached !== undefined && { reached }) },
  });
}

/** A copy, so that an error in a report does not keep a whole receive buffer alive. */
export function cutEvidence(octets: Buffer): Buffer {
  return Buffer.from(octets.subarray(0, limits.evidence));
}
