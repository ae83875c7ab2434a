import type { Shape } from '../shape.ts';
import type { Fields } from '../value.ts';
import type { LoginName } from './logins.ts';
import type { Recipients } from './recipients.ts';
import type { Reply, ReplyParser } from './reply.ts';
import type { Serving } from './serving/serving.ts';
import type { Speaker } from './speaker.ts';

/**
 * All facts about one protocol. The other rooms read them here and do not name protocols themselves: a new protocol
 * is a parser, a descriptor and a row in `protocols.ts`.
 */
export interface Protocol<R extends Reply = Reply> {
  /** Its name in messages: `SMTP`. */
  readonly title: string;
  /** What the names of findings about it begin with. */
  readonly findings: readonly string[];
  /** The schemes of its URLs, with the ports that IANA registers. */
  readonly schemes: Readonly<Record<string, Scheme>>;
  /** Whether the server speaks first. */
  readonly greets: boolean;
  /** The command that names the client and must precede all others. */
  readonly hello?: string;
  createParser(): ReplyParser;
  readonly replies: Replies<R>;
  readonly serving: Serving;
  /** Its commands begin with a tag. */
  createTags?(): Tags;
  /** What octets are that answer a request for more of a command; the parser wants to know. */
  readonly continuation: 'part' | 'sasl';
  /** Its commands may have literals; a synchronizing one waits until the server asks for it. */
  readonly literals?: { readonly synchronizing: boolean };
  readonly starttls?: StartTls;
  /** The command after whose positive reply both directions are compressed with DEFLATE. */
  readonly compress?: string;
  /** Whether a trusted client may say who the real client is: Postfix's XCLIENT and XFORWARD. */
  readonly speaksForOthers?: true;
  readonly sasl?: SaslProfile<R>;
  /** The beginning of a command that has the server check credentials, in the protocol's own login or in SASL. */
  readonly login?: RegExp;
  /** The command that names who gets the next message: its first group is the address. */
  readonly addressee?: RegExp;
  /** Its own logins, without SASL. */
  readonly logins: readonly LoginName[];
  /** Whether clients send messages, by DATA or BDAT. */
  readonly transfersMail: boolean;
  /** The commands that a person may want to type, with the beginning of their arguments where it never changes. */
  readonly commands?: readonly string[];
  /** Lines that only a session of this protocol has. */
  readonly begins?: RegExp;
  /** Tells who said the lines of a session that a terminal showed. */
  createSpeaker?(): Speaker;
  /** The command that ends a session. */
  readonly farewell?: string;
  /** A message has a reply for each recipient. */
  createRecipients?(): Recipients;
}

export interface Scheme {
  /** TLS from the first octet. */
  readonly implicitTls: boolean;
  /** None where each service has its own. */
  readonly port?: number;
}

/** Facts about a protocol's replies. */
export interface Replies<R extends Reply = Reply> {
  /** One of them, in messages: `an SMTP reply`. */
  readonly noun: string;
  /** How a reply reports the outcome of the command. */
  readonly status: StatusForm;
  /** Whether replies have untagged responses: data, and what the server sends unasked. */
  readonly untagged: boolean;
  /** What the data of its untagged responses can be, by their names in upper case, and those of response codes. */
  readonly shapes?: { untagged(name: string): Shape; readonly responseCode: Shape };
  /** What defines where a reply ends: the protocol, an expectation (by default each line is a reply), or either. */
  readonly framedBy: 'protocol' | 'expectation' | 'either';
  /** How servers advertise what they can do. */
  readonly advertises?: Advertisement<R>;
  isPositive(reply: R): boolean;
  /** Whether it may come unasked, as the last word before the server closes the connection. */
  isParting?(reply: R): boolean;
  /** Whether the server asks for more of the current command. `undefined`: the reply does not change that. */
  asksForMore(reply: R): boolean | undefined;
  /** The reply's whole text, in the order of the wire. */
  wholeText(reply: R): string;
}

/** `examples`: short forms of expectations, for a message. */
export type StatusForm =
  | { readonly form: 'code'; readonly examples: string }
  | { readonly form: 'word'; readonly words: readonly string[]; readonly examples: string }
  | { readonly form: 'none' };

export interface Advertisement<R extends Reply = Reply> {
  readonly kind: 'extension' | 'capability';
  /** The only command whose reply it is, where others' may look like it. */
  readonly command?: string;
  /** By upper-case keyword; none where the reply advertises nothing. */
  of(reply: R): Fields | undefined;
}

/** The tags of one connection. */
export interface Tags {
  /** A tag that no command has had. */
  fresh(): string;
  /** Records the tag of a command that is sent. */
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
  /** Capabilities of which one must be advertised before a client may send an initial response; absent: it always may. */
  readonly initialResponseWith?: readonly string[];
  /** `initial`: the initial response in base64, `=` for an empty one. */
  command(mechanism: string, initial: string | undefined): string;
  /** The challenge in base64, where the reply is one. */
  challenge(reply: R): string | undefined;
  /** A response's line, of its base64. */
  response(text: string): string;
  /** Data sent with the success. */
  additionalData?(reply: R): Buffer | undefined;
}
