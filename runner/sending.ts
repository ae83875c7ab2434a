import type { FileContent } from './message.ts';
import type { Text } from './plan.ts';
import type { MechanismName } from './protocol/sasl.ts';

/** What `send` writes. */
export type Sending =
  | { readonly form: 'line'; readonly text: Text }
  | { readonly form: 'lines'; readonly lines: readonly Text[] }
  | {
      readonly form: 'raw';
      readonly text: Text;
      readonly encoding: 'binary' | 'utf-8';
      /** The sizes of the pieces; the last size is repeated. */
      readonly chunk?: readonly number[];
      readonly every?: number;
    }
  | { readonly form: 'parts'; readonly parts: readonly CommandPart[] };

/** A part of an IMAP or ManageSieve command: text, or a literal. */
export type CommandPart = { readonly text: Text } | { readonly literal: Literal; readonly plus: boolean };

export type Literal = Text | { readonly file: FileContent } | { readonly base64: Text };

export interface Credentials {
  readonly mechanism: MechanismName;
  readonly user?: Text;
  readonly password?: Text;
  /** The authorization identity (RFC 4616). */
  readonly authzid?: Text;
  /** The OAuth bearer token. */
  readonly token?: Text;
  /** Send the first response with the command if the mechanism has one. Default: if the server supports it. */
  readonly initialResponse?: boolean;
}

/** What XCLIENT or XFORWARD reports of the client: a name such as `ADDR`, and its value. */
export interface Attribute {
  readonly name: string;
  readonly value: Text;
}
