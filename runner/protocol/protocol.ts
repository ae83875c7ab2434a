import type { Shape } from '../shape.ts';
import type { Fields } from '../value.ts';
import type { LoginName } from './logins.ts';
import type { Recipients } from './recipients.ts';
import type { Reply, ReplyParser } from './reply.ts';
import type { Serving } from './serving/serving.ts';
import type { Speaker } from './speaker.ts';

/**
 * All facts about one protocol. The other rooms use these and do not name protocols themselves, so a new protocol is a
 * parser, a descriptor and a row in `protocols.ts`.
 */
export interface Protocol<R extends Reply = Reply> {
  /** Its name in messages: `SMTP`. */
  readonly title: string;
  /** The prefixes of its findings' names. */
  readonly findings: readonly string[];
  /** The schemes of its URLs, with the ports registered with IANA. */
  readonly schemes: Readonly<Record<string, Scheme>>;
  /** Whether the server sends first. */
  readonly greets: boolean;
  /** The command that identifies the client and must precede all others. */
  readonly hello?: string;
  createParser(): ReplyParser;
  readonly replies: Replies<R>;
  readonly serving: Serving;
  /** Creates tags, if its commands begin with one. */
  createTags?(): Tags;
  /** How the parser is to treat octets that answer a request for more of a command: see `Sent`. */
  readonly continuation: 'part' | 'sasl';
  /**
   * Whether its commands may have literals; before a synchronizing one the client waits until the server asks for it.
   */
  readonly literals?: { readonly synchronizing: boolean };
  readonly starttls?: StartTls;
  /** The command that starts compression with DEFLATE in both directions, after a positive reply. */
  readonly compress?: string;
  /** Whether a trusted client may name the real client, with Postfix's XCLIENT and XFORWARD. */
  readonly speaksForOthers?: true;
  readonly sasl?: SaslProfile<R>;
  /** Matches a command that makes the server check credentials, in the protocol's own login or in SASL. */
  readonly login?: RegExp;
  /** Matches the command that names a recipient of the next message; the first group is the address. */
  readonly addressee?: RegExp;
  /** Its own logins, without SASL. */
  readonly logins: readonly LoginName[];
  /** Whether clients send messages with DATA or BDAT. */
  readonly transfersMail: boolean;
  /** The commands that a person may want to type, with the part of their arguments that never changes. */
  readonly commands?: readonly string[];
  /** Matches lines that occur only in sessions of this protocol. */
  readonly begins?: RegExp;
  /** Decides who sent which line of a session that a terminal showed. */
  createSpeaker?(): Speaker;
  /** The command that ends a session. */
  readonly farewell?: string;
  /** Present if a message has a reply for each recipient. */
  createRecipients?(): Recipients;
}

export interface Scheme {
  /** TLS from the first octet. */
  readonly implicitTls: boolean;
  /** Absent if each service has its own. */
  readonly port?: number;
}

/** Facts about a protocol's replies. */
export interface Replies<R extends Reply = Reply> {
  /** A reply, in messages: `an SMTP reply`. */
  readonly noun: string;
  /** How a reply reports the outcome of the command. */
  readonly status: StatusForm;
  /** Whether replies have untagged responses: data, and what the server sends unasked. */
  readonly untagged: boolean;
  /** The shapes of the data of untagged responses, by name in upper case, and of response codes. */
  readonly shapes?: { untagged(name: string): Shape; readonly responseCode: Shape };
  /** What defines where a reply ends: the protocol, an expectation (by default each line is a reply), or either. */
  readonly framedBy: 'protocol' | 'expectation' | 'either';
  /** How servers advertise their capabilities. */
  readonly advertises?: Advertisement<R>;
  isPositive(reply: R): boolean;
  /** Whether the reply may be sent unasked, as the last one before the server closes the connection. */
  isParting?(reply: R): boolean;
  /** Whether the server asks for more of the current command. `undefined`: the reply does not change that. */
  asksForMore(reply: R): boolean | undefined;
  /** The reply's whole text, in the order in which it was sent. */
  wholeText(reply: R): string;
}

/** `examples`: short forms of expectations, for messages. */
export type StatusForm =
  | { readonly form: 'code'; readonly examples: string }
  | { readonly form: 'word'; readonly words: readonly string[]; readonly examples: string }
  | { readonly form: 'none' };

export interface Advertisement<R extends Reply = Reply> {
  readonly kind: 'extension' | 'capability';
  /** The command that it must be a reply to, if other replies may look like it. */
  readonly command?: string;
  /** What is advertised, by keyword in upper case; `undefined` if the reply advertises nothing. */
  of(reply: R): Fields | undefined;
}

/** The tags of one connection. */
export interface Tags {
  /** A tag that no command has had. */
  fresh(): string;
  /** Records the tag of a command that is sent. */
  note(tag: string): void;
  /** The tag at the beginning of a line that is sent. */
  of(line: Buffer): string | undefined;
}

export interface StartTls {
  readonly command: string;
  /** Whether the server sends its capabilities unasked once TLS has begun. */
  readonly advertisesAgain: boolean;
}

/** The protocol's profile of SASL (RFC 4422 section 4). */
export interface SaslProfile<R extends Reply = Reply> {
  /** The registered service name. */
  readonly service: string;
  /**
   * Capabilities, one of which must be advertised before a client may send an initial response. Absent: it always may.
   */
  readonly initialResponseWith?: readonly string[];
  /** The command line. `initial`: the initial response in base64, `=` for an empty one. */
  command(mechanism: string, initial: string | undefined): string;
  /** The challenge in base64, if the reply is one. */
  challenge(reply: R): string | undefined;
  /** The line for a response in base64. */
  response(text: string): string;
  /** Additional data sent with success. */
  additionalData?(reply: R): Buffer | undefined;
}
