import type { Protocol } from '../protocol/protocol.ts';

/** Something that a text says of a session, in order. */
export type Entry =
  | {
      readonly kind: 'client' | 'server';
      readonly text: string;
      /** Of exact octets: what ended the line, if anything did, and whether its text is not UTF-8. */
      readonly end?: '' | '\n' | '\r\n';
      readonly latin1?: true;
      /** Its place in the text, where lines of several connections take turns. */
      readonly at?: number;
    }
  /** So many octets of what one side said are not there. */
  | { readonly kind: 'gap'; readonly from: 'client' | 'server'; readonly octets: number }
  /** Encryption began. */
  | { readonly kind: 'tls' }
  /** By the server; of TLS, whether without close_notify. */
  | { readonly kind: 'closed'; readonly truncated?: boolean }
  /** The client ended its side; the server may still answer. */
  | { readonly kind: 'left' }
  /** It says nothing about the dialogue, or cannot be read: it becomes a comment. */
  | { readonly kind: 'unread'; readonly text: string };

/** Whom the session was with, as far as the text says. */
export interface Where {
  readonly host?: string;
  readonly port?: number;
  /** TLS from the first octet. */
  readonly implicitTls?: boolean;
  /** The scheme of a URL, or the name of a protocol as programs know it: `smtp`. */
  readonly scheme?: string;
}

export type PastedEntry =
  | Entry
  /** Who said it is for the protocol to tell. */
  | { readonly kind: 'line'; readonly text: string }
  /** Another session begins here, unless nothing was said before. */
  | { readonly kind: 'connected'; readonly where: Where };

/** A session as a program showed it, or several. */
export interface Pasted {
  readonly where: Where;
  readonly entries: readonly PastedEntry[];
  /** The STARTTLS that the program did by itself before what it shows. */
  readonly startsTls?: boolean;
  /** The name that the text gives the connection: its steps take turns with those of others. */
  readonly on?: string;
}

/** A kind of text that is recognized. */
export interface Format {
  readonly name: string;
  readonly recognizes: (lines: readonly string[]) => boolean;
  /** One session for each connection that the lines tell apart. */
  readonly read: (lines: readonly string[]) => readonly Pasted[];
}

/** What a text is about, once the protocol is known. */
export interface Session {
  readonly protocol: Protocol;
  readonly where: Where;
  readonly entries: readonly Entry[];
  readonly startsTls: boolean;
  readonly on?: string;
}
