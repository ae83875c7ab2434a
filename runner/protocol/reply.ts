import type { Lacking } from '../literal.ts';
import type { Fields, Value } from '../value.ts';
import type { Finding, FindingName } from './findings.ts';
import type { Framing } from './framing.ts';

/** A complete reply of a server: what one `expect` reads. */
export type Reply = SmtpReply | ImapReply | Pop3Reply | SieveReply | LineReply;

interface ReplyBase {
  /** The octets as received, including line endings. */
  readonly raw: Buffer;
  /** The text after the code or status word of each line, or the lines of a body; without line endings. */
  readonly lines: readonly string[];
  /** What `text`, patterns and captures see; see each protocol. */
  readonly text: string;
  /** Its violations of the grammar; absent if there are none. */
  readonly findings?: readonly Finding[];
}

/** RFC 5321 section 4.2: all lines of a reply, of LMTP as well. `text` is `lines` joined by LF. */
export interface SmtpReply extends ReplyBase {
  readonly protocol: 'smtp';
  readonly code: number;
  /** RFC 2034: `5.7.1`, from the first line with an enhanced code. */
  readonly enhanced?: string;
}

/**
 * RFC 9051 section 7: everything up to the tagged response to the last command. `lines` and `text` are the final
 * response's text, including its response code.
 */
export interface ImapReply extends ReplyBase {
  readonly protocol: 'imap';
  /**
   * `OK`, `NO`, `BAD`, `BYE`, `PREAUTH`, or another word that the server sent; `+` for a continuation request; `*` if
   * only untagged responses were read.
   */
  readonly status: string;
  readonly tag?: string;
  readonly responseCode?: ResponseCode;
  readonly untagged: readonly UntaggedResponse[];
}

export interface UntaggedResponse {
  /** `FETCH`, `EXISTS`, `OK`, `CAPABILITY`, …, in upper case. */
  readonly name: string;
  /** The text after `* `, with literals in place. */
  readonly text: string;
  /** Data parsed by the grammar of this name; absent if the grammar does not know it. */
  readonly data?: Value;
  readonly responseCode?: ResponseCode;
}

/** The content of brackets: `[UIDVALIDITY 3]`, `[AUTH]`. */
export interface ResponseCode {
  /** In upper case. */
  readonly name: string;
  /** All of it, without the brackets. */
  readonly text: string;
  readonly data?: Value;
}

/** RFC 1939 section 3: the status line, and the body if the last command has one. */
export interface Pop3Reply extends ReplyBase {
  readonly protocol: 'pop3';
  /** `+OK`, `-ERR`, `+` (a challenge, RFC 5034). */
  readonly status: string;
  readonly responseCode?: ResponseCode;
  /** Unstuffed, without the final dot. `lines` are the body's if there is one, else the status line's text. */
  readonly body?: readonly string[];
}

/**
 * RFC 5804 section 1.2: data up to OK, NO or BYE. `text` is the response code and human-readable text; `lines` are the
 * data lines.
 */
export interface SieveReply extends ReplyBase {
  readonly protocol: 'sieve';
  /** `OK`, `NO`, `BYE`. */
  readonly status: string;
  readonly responseCode?: ResponseCode;
  /** By name in upper case, if the data is capabilities. */
  readonly capabilities?: Fields;
}

/** A line of a line-based service, or several up to the end that the expectation defines. */
export interface LineReply extends ReplyBase {
  readonly protocol: 'line';
}

/** What the engine is about to send, so that the parser knows which reply is due. */
export interface Sent {
  /** The command's octets. */
  readonly bytes: Buffer;
  /** The IMAP tag, if the runner or the author set one. */
  readonly tag?: string;
  /** What the octets are: a whole command, a part of one, or a message's content with its end. */
  readonly as: 'command' | 'part' | 'message' | 'sasl';
}

/** The beginning of an incomplete reply. */
export interface Incomplete {
  readonly name: FindingName;
  readonly octets: number;
}

/** What a parser needs to know of an expectation. */
export interface Want {
  /** IMAP: stop reading once this returns true for the untagged responses so far (only `untagged` is expected). */
  readonly enough?: (untagged: readonly UntaggedResponse[]) => boolean;
  /** tcp, tls, POP3: how the reply ends. */
  readonly framing?: Framing;
}

/**
 * Bytes in, replies out; owns no socket. The same bytes in any split give the same replies. A violation of the grammar
 * is a finding of its reply. `push`, `take` and `settle` throw a `ProtocolError` only for bytes after which it is
 * unknown where the next reply begins, and at limits.
 */
export interface ReplyParser {
  /** Must be called with everything that is sent, before it is sent. */
  sent(command: Sent): void;
  /** TLS has begun. */
  secured(): void;
  push(bytes: Buffer): void;
  /** Removes and returns the next reply; `undefined` if it is incomplete. */
  take(want?: Want): Reply | undefined;
  /**
   * The scenario goes on without reading the rest of the replies that it has expected so far. IMAP: if an expectation
   * wanted only untagged responses, the tagged OK of their command then does not count as a reply. Other protocols have
   * no such rest.
   */
  forgive(): void;
  /** Parses up to the end of the next reply, and drops what was forgiven. Throws a `ProtocolError` as `take` does. */
  settle(): void;
  /** Violations in octets that do not belong to a reply (yet). Each is returned once. */
  findings(): readonly Finding[];
  /** A literal that was announced and is incomplete. */
  readonly lacking: Lacking | undefined;
  /**
   * As of the last `settle`: whether there is a complete reply that a scenario should have expected, or octets that are
   * not a reply. (IMAP: unsolicited untagged responses do not count.)
   */
  readonly unread: boolean;
  /**
   * After `settle` and `findings`, if nothing is `unread`: octets that begin a reply whose end has not arrived. Only
   * for protocols with a grammar: in others, a line such as a prompt may have no end.
   */
  readonly incomplete: Incomplete | undefined;
  /** The number of octets received and not read. */
  readonly pending: number;
  /** Removes and returns all octets not read: before a handshake, and for evidence. */
  drain(): Buffer;
}

/** A limit that the server exceeded: "a line" of at most so many "octets", and the number that arrived. */
export interface Exceeded {
  readonly what: string;
  readonly unit: string;
  readonly most: number;
  /** The number so far, since reading stops there. Unknown for a range of numbers. */
  readonly reached?: number;
}

/**
 * The server violated its protocol so that it is unknown where its next reply begins, or exceeded one of our limits.
 */
export class ProtocolError extends Error {
  readonly kind: 'violation' | 'limit';
  /** The RFC and section of the rule (`RFC 5321 section 4.2.1`), or the limit's name. */
  readonly rule: string;
  /** The offending octets, cut to a readable length. */
  readonly evidence: Buffer;
  /** Present for a violation. */
  readonly finding: Finding | undefined;
  readonly limit: Exceeded | undefined;
  constructor(
    kind: 'violation' | 'limit',
    message: string,
    rule: string,
    evidence: Buffer,
    about: { readonly finding?: Finding; readonly limit?: Exceeded } = {},
  ) {
    super(message);
    this.name = 'ProtocolError';
    this.kind = kind;
    this.rule = rule;
    this.evidence = evidence;
    this.finding = about.finding;
    this.limit = about.limit;
  }
}

export function violation(finding: Finding): ProtocolError {
  const { message, rule, evidence } = finding;
  return new ProtocolError('violation', message, rule, evidence, { finding });
}
