import { ProtocolError } from './reply.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * How many of a server's octets we accept before we say that the server is wrong.
 * A hostile server costs a failed scenario, never memory or a hang.
 * Each limit is far above what honest servers send, so that meeting one says something about the server.
 */
export const limits = {
  /** SMTP, POP3, ManageSieve, tcp. RFC 5321 section 4.5.3.1.5 allows 512 octets, RFC 2449 512; EHLO lines and SASL tokens are longer. */
  longestLine: 64 * KiB,
  /** One IMAP line between literals: SEARCH and BODYSTRUCTURE of large mailboxes are one line of some hundred thousand octets. */
  longestImapLine: 8 * MiB,
  /** A literal is announced before it comes; nothing of this size is needed to see whether a message is right. */
  largestLiteral: 16 * MiB,
  /** All octets of one reply: a RETR or FETCH of the largest message that tests send (10 MiB, and a third more in base64). */
  longestReply: 16 * MiB,
  /** Lines of one reply: EHLO has some twenty, HELP some hundred; bodies of one-octet lines would cost far more memory than their octets. */
  mostLines: 1_000_000,
  /** Untagged responses of one IMAP command: a FETCH over a mailbox of a hundred thousand messages. */
  mostUntagged: 200_000,
  /**
   * Octets of memory for one reply's lines and items, as they are kept until it is complete: 16 MiB of the shortest
   * ones would take a gigabyte.
   */
  replyMemory: 128 * MiB,
  /**
   * The same for ManageSieve, whose replies are a script at most: each of many short lines there takes twice the memory
   * that is counted.
   */
  sieveReplyMemory: 20 * MiB,
  /** Octets that have come and no expectation has read: a reply, and pipelined ones after it. */
  largestBacklog: 64 * MiB,
  /** Untagged responses that come while an expectation waits for some: it looks at all of them again with each. */
  mostUntaggedAwaited: 10_000,
  /** Parentheses within parentheses: a BODYSTRUCTURE of nested messages has some ten. Ours is a recursive parser. */
  deepestList: 100,
  /** Items of one IMAP list or response, at all depths. */
  mostListItems: 1_000_000,
  /** PBKDF2 rounds that a SCRAM server may ask for: above the 1.3 million recommended today, and about half a second in which nothing else runs. */
  mostScramIterations: 2_000_000,
  /** A SASL challenge, decoded: RFC 2831 section 2.1.1 allows 2048 octets, OAuth's errors and SCRAM's are shorter. */
  longestChallenge: 64 * KiB,
  /** Octets of evidence kept in an error: so much that no secret in what is shown of it can be cut. */
  evidence: 4096,
  /** Octets of evidence that are shown, once secrets are replaced: what a person reads. */
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

/** Octets of memory, measured: of a line that is kept as octets and as what was read of it, and of an item in it. */
const lineMemory = 300;
const itemMemory = 50;
/** Of a finding, with its evidence. */
const findingMemory = 1000;

/** What lines with so many items and findings take while a reply is under way. */
export function memoryOf(lines: number, items: number, findings: number): number {
  return lines * lineMemory + items * itemMemory + findings * findingMemory;
}

/** What went beyond a limit, in words: `a line is longer than 65536 octets`. */
export function limitMessage(name: LimitName, value: number = limits[name]): string {
  return whatGrew[name].replace('{}', String(value));
}

/** The error for a limit that the server went beyond. `value` where the caller works with another than the default. */
export function limitError(name: LimitName, evidence: Buffer, value?: number): ProtocolError {
  return new ProtocolError('limit', limitMessage(name, value), name, cutEvidence(evidence));
}

/** A copy, so that an error kept in a report does not keep a whole receive buffer. */
export function cutEvidence(octets: Buffer): Buffer {
  return Buffer.from(octets.subarray(0, limits.evidence));
}
