import type { Fields } from '../value.ts';
import type { LoginName } from './logins.ts';
import type { Recipients } from './recipients.ts';
import type { Reply, ReplyParser } from './reply.ts';

/**
 * Everything that the program knows of one protocol. The other rooms read it here and name no protocol themselves:
 * a new one is a parser, a descriptor and a row in `protocols.ts`.
 */
export interface Protocol<R extends Reply = Reply> {
  /** Its name in messages: `SMTP`. */
  readonly title: string;
  /** The schemes of its URLs, with the ports that IANA registers. */
  readonly schemes: Readonly<Record<string, Scheme>>;
  /** Whether the server speaks first. */
  readonly greets: boolean;
  /** The command that names the client and must precede all others. */
  readonly hello?: string;
  createParser(): ReplyParser;
  readonly replies: Replies<R>;
  /** Its commands begin with a tag. */
  createTags?(): Tags;
  /** What the parser is told about octets that answer a request for more of a command. */
  readonly continuation: 'part' | 'sasl';
  /** Its commands may have literals; a synchronizing one waits until the server asks for it. */
  readonly literals?: { readonly synchronizing: boolean };
  readonly starttls?: StartTls;
  readonly sasl?: SaslProfile<R>;
  /** Its own ways to log in, without SASL. */
  readonly logins: readonly LoginName[];
  /** Whether clients hand messages over, with DATA or BDAT. */
  readonly transfersMail: boolean;
  /** A message has a reply for each recipient. */
  createRecipients?(): Recipients;
}

export interface Scheme {
  /** TLS from the first octet. */
  readonly implicitTls: boolean;
  /** None where each service has its own. */
  readonly port?: number;
}

/** What is true of a protocol's replies. */
export interface Replies<R extends Reply = Reply> {
  /** One of them, in messages: `an SMTP reply`. */
  readonly noun: string;
  /** How a reply says what became of the command. */
  readonly status: StatusForm;
  /** Whether replies have untagged responses: data, and what the server says unasked. */
  readonly untagged: boolean;
  /** Who says where a reply ends: the protocol, an expectation (else each line is a reply), or either. */
  readonly framedBy: 'protocol' | 'expectation' | 'either';
  /** How servers advertise what they can do. */
  readonly advertises?: Advertisement<R>;
  isPositive(reply: R): boolean;
  /** Whether the server asks for more of the command under way. `undefined`: the reply says nothing about that. */
  asksForMore(reply: R): boolean | undefined;
  /** All that the reply says, in the order of the wire. */
  wholeText(reply: R): string;
}

/** `examples`: short forms of expectations, for a message. */
export type StatusForm =
  | { readonly form: 'code'; readonly examples: string }
  | { readonly form: 'word'; readonly words: readonly string[]; readonly examples: string }
  | { readonly form: 'none' };

export interface Advertisement<R extends Reply = Reply> {
  readonly kind: 'extension' | 'capability';
  /** By upper-case keyword; none where the reply advertises nothing. */
  of(reply: R): Fields | undefined;
}

/** The tags of one connection. */
export interface Tags {
  /** One that no command has had. */
  fresh(): string;
  /** A command with this tag is sent. */
  note(tag: string): void;
  /** The tag with which a line as it is sent begins. */
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
  /** `initial`: the initial response in base64, `=` for an empty one. */
  command(mechanism: string, initial: string | undefined): string;
  /** The challenge in base64, where the reply is one. */
  challenge(reply: R): string | undefined;
  /** A response's line, of its base64. */
  response(text: string): string;
  /** Data that come with the success. */
  additionalData?(reply: R): Buffer | undefined;
}
