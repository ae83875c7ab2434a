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
   * Lines of a reply: EHLO has about twenty, HELP about a hundred. Bodies of one-octet lines take far more memory than
   * their octets.
   */
  mostLines: 1_000_000,
  /** Untagged responses to an IMAP command: a FETCH over a mailbox of a hundred thousand messages. */
  mostUntagged: 200_000,
  /**
   * Octets of memory for the lines and items of a reply until it is complete: 16 MiB of the shortest ones would take a
   * gigabyte.
   */
  replyMemory: 128 * MiB,
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

const whatGrew: Readonly<Record<LimitName, string>> = {
  longestLine: 'a line is longer than {} octets',
  longestImapLine: 'a line is longer than {} octets',
  largestLiteral: 'a literal is larger than {} octets',
  longestReply: 'a reply is longer than {} octets',
  mostLines: 'a reply has more than {} lines',
  mostUntagged: 'a command has more than {} untagged responses',
  replyMemory: 'a reply takes more than {} octets of memory',
  sieveReplyMemory: 'a reply takes more than {} octets of memory',
  largestBacklog: 'more than {} octets are unread',
  mostUntaggedAwaited: 'more than {} untagged responses came, but not the expected ones',
  deepestList: 'lists are nested deeper than {}',
  mostListItems: 'a list has more than {} items',
  mostScramIterations: 'the server asks for more than {} SCRAM iterations',
  longestChallenge: 'a challenge is longer than {} octets',
  evidence: 'evidence is longer than {} octets',
  shownEvidence: 'evidence is longer than {} octets',
};

/** Octets of memory, measured: of a line that is kept as octets and in parsed form, and of an item in it. */
const lineMemory = 300;
const itemMemory = 50;
/** Octets of memory of a finding, with its evidence. */
const findingMemory = 1000;

/** The memory for this many lines, items and findings of an incomplete reply. */
export function memoryOf(lines: number, items: number, findings: number): number {
  return lines * lineMemory + items * itemMemory + findings * findingMemory;
}

/** The message for an exceeded limit: `a line is longer than 65536 octets`. */
export function limitMessage(name: LimitName, value: number = limits[name]): string {
  return whatGrew[name].replace('{}', String(value));
}

/** The error for a limit that the server exceeded. `value`: the limit, if it is not the default. */
export function limitError(name: LimitName, evidence: Buffer, value?: number): ProtocolError {
  return new ProtocolError('limit', limitMessage(name, value), name, cutEvidence(evidence));
}

/** A copy, so that an error in a report does not keep a whole receive buffer alive. */
export function cutEvidence(octets: Buffer): Buffer {
  return Buffer.from(octets.subarray(0, limits.evidence));
}
