import type { Lacking } from '../literal.ts';
import type { Fields, Value } from '../value.ts';
import type { Finding, FindingName } from './findings.ts';
import type { Framing } from './framing.ts';

/** One complete reply of a server: what one `expect` consumes. */
export type Reply = SmtpReply | ImapReply | Pop3Reply | SieveReply | LineReply;

interface ReplyBase {
  /** The octets as received, line ends included. */
  readonly raw: Buffer;
  /** What follows the code or status word of each line, or the lines of a body; without line ends. */
  readonly lines: readonly string[];
  /** What `text`, patterns and captures see: see each protocol. */
  readonly text: string;
  /** What of it departs from the grammar; absent where nothing does. */
  readonly findings?: readonly Finding[];
}

/** RFC 5321 section 4.2: all lines of a reply. LMTP's are the same. `text` is `lines` joined by LF. */
export interface SmtpReply extends ReplyBase {
  readonly protocol: 'smtp';
  readonly code: number;
  /** RFC 2034: `5.7.1`, from the first line that has one. */
  readonly enhanced?: string;
}

/**
 * RFC 9051 section 7: everything up to the tagged response of the command last sent.
 * `lines` and `text` are the final response's text, its response code included.
 */
export interface ImapReply extends ReplyBase {
  readonly protocol: 'imap';
  /** `OK`, `NO`, `BAD`, `BYE`, `PREAUTH`, or another word that the server has; `+` for a continuation request; `*` where only untagged responses were read. */
  readonly status: string;
  readonly tag?: string;
  readonly responseCode?: ResponseCode;
  readonly untagged: readonly UntaggedResponse[];
}

export interface UntaggedResponse {
  /** `FETCH`, `EXISTS`, `OK`, `CAPABILITY`, …, in upper case. */
  readonly name: string;
  /** What follows `* `, literals in place. */
  readonly text: string;
  /** Parsed by the name's own grammar; none where the grammar does not know it. */
  readonly data?: Value;
  readonly responseCode?: ResponseCode;
}

/** What stands in brackets: `[UIDVALIDITY 3]`, `[AUTH]`. */
export interface ResponseCode {
  /** In upper case. */
  readonly name: string;
  /** The whole, without the brackets. */
  readonly text: string;
  readonly data?: Value;
}

/** RFC 1939 section 3: the status line, and the body where the command just sent has one. */
export interface Pop3Reply extends ReplyBase {
  readonly protocol: 'pop3';
  /** `+OK`, `-ERR`, `+` (a challenge, RFC 5034). */
  readonly status: string;
  readonly responseCode?: ResponseCode;
  /** Unstuffed, without the final dot. `lines` are the body's where there is one, else the status line's text. */
  readonly body?: readonly string[];
}

/** RFC 5804 section 1.2: data up to OK, NO or BYE. `text` is the response code and human text; `lines` are the data lines. */
export interface SieveReply extends ReplyBase {
  readonly protocol: 'sieve';
  /** `OK`, `NO`, `BYE`. */
  readonly status: string;
  readonly responseCode?: ResponseCode;
  /** Capabilities where the data are such, by upper-case name. */
  readonly capabilities?: Fields;
}

/** A line of a line-based service, or several up to the end that the expectation names. */
export interface LineReply extends ReplyBase {
  readonly protocol: 'line';
}

/** What the engine is about to write, so that the parser knows which reply is due. */
export interface Sent {
  /** The command's octets. */
  readonly bytes: Buffer;
  /** The IMAP tag, where the runner or the author set one. */
  readonly tag?: string;
  /** What the octets are: a whole command, a part of one, a message's content with its end. */
  readonly as: 'command' | 'part' | 'message' | 'sasl';
}

/** The beginning of a reply. */
export interface Incomplete {
  readonly name: FindingName;
  readonly octets: number;
}

/** What an expectation needs the parser to know. */
export interface Want {
  /** IMAP: read until this says that the untagged responses so far are enough (`untagged` alone). */
  readonly enough?: (untagged: readonly UntaggedResponse[]) => boolean;
  /** tcp, tls, POP3: how the reply ends. */
  readonly framing?: Framing;
}

/**
 * Bytes in, replies out; owns no socket. The same bytes in any split give the same replies.
 * What departs from a grammar is a finding of its reply. `push`, `take` and `settle` throw a `ProtocolError` only for
 * bytes after which nobody knows where the next reply begins, and at limits.
 */
export interface ReplyParser {
  /** Tell what is being written, before it is. */
  sent(command: Sent): void;
  /** TLS has begun. */
  secured(): void;
  push(bytes: Buffer): void;
  /** The next complete reply, and out of the parser; none where it is not complete yet. */
  take(want?: Want): Reply | undefined;
  /**
   * The scenario goes on without reading the rest of the replies that it has expected so far. IMAP: if an expectation
   * wanted only untagged responses, the tagged OK of their command is then not a reply of its own. Other protocols
   * have no such rest.
   */
  forgive(): void;
  /** Parses up to the end of the next reply, and drops what was forgiven. Throws a `ProtocolError` as `take` does. */
  settle(): void;
  /** What departs from the grammar in octets that no reply has (yet). Each is given once. */
  findings(): readonly Finding[];
  /** A literal that was announced, and is not complete. */
  readonly lacking: Lacking | undefined;
  /**
   * As of the last `settle`: whether there is a complete reply that a scenario should have expected, or octets that are
   * not a reply. (IMAP: unsolicited untagged responses do not count.)
   */
  readonly unread: boolean;
  /**
   * After `settle` and `findings`, where nothing is `unread`: octets that begin a reply whose end has not come. Other protocols than
   * those with a grammar have none: a line may be without an end there, such as a prompt.
   */
  readonly incomplete: Incomplete | undefined;
  /** Octets received and not taken. */
  readonly pending: number;
  /** All octets not taken, and out of the parser. For the moment before a handshake, and for evidence. */
  drain(): Buffer;
}

/** The server broke its protocol so that nobody knows where its next reply begins, or went beyond one of our limits. */
export class ProtocolError extends Error {
  readonly kind: 'violation' | 'limit';
  /** Where the rule stands: `RFC 5321 section 4.2.1`; or the limit's name. */
  readonly rule: string;
  /** The offending octets, cut at a readable length. */
  readonly evidence: Buffer;
  /** Of a violation. */
  readonly finding: Finding | undefined;
  constructor(kind: 'violation' | 'limit', message: string, rule: string, evidence: Buffer, finding?: Finding) {
    super(message);
    this.name = 'ProtocolError';
    this.kind = kind;
    this.rule = rule;
    this.evidence = evidence;
    this.finding = finding;
  }
}

export function violation(finding: Finding): ProtocolError {
  const { message, rule, evidence } = finding;
  return new ProtocolError('violation', message, rule, evidence, finding);
}
