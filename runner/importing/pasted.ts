import type { Protocol } from '../protocol/protocol.ts';

/** Entries of a session, in the order of the text. */
export type Entry =
  | {
      readonly kind: 'client' | 'server';
      readonly text: string;
      /** For exact octets: the line ending, if any, and whether the text is not UTF-8. */
      readonly end?: '' | '\n' | '\r\n';
      readonly latin1?: true;
      /** Its position in the text, if lines of several connections alternate. */
      readonly at?: number;
    }
  /** This many octets of one side are missing. */
  | { readonly kind: 'gap'; readonly from: 'client' | 'server'; readonly octets: number }
  /** TLS began. */
  | { readonly kind: 'tls' }
  /** The server closed the connection; with TLS, whether without close_notify. */
  | { readonly kind: 'closed'; readonly truncated?: boolean }
  /** The client closed its side; the server may still reply. */
  | { readonly kind: 'left' }
  /** Something that is not part of the dialogue, or unreadable: it becomes a comment. */
  | { readonly kind: 'unread'; readonly text: string };

/** The server of the session, as far as the text says. */
export interface Where {
  readonly host?: string;
  readonly port?: number;
  /** TLS from the first octet. */
  readonly implicitTls?: boolean;
  /** The scheme of a URL, or a protocol's name as used by programs: `smtp`. */
  readonly scheme?: string;
}

export type PastedEntry =
  | Entry
  /** A line whose sender must be determined with the protocol. */
  | { readonly kind: 'line'; readonly text: string }
  /** Another session begins here, unless nothing has been sent before. */
  | { readonly kind: 'connected'; readonly where: Where };

/** A session, or several, as a program showed it. */
export interface Pasted {
  readonly where: Where;
  readonly entries: readonly PastedEntry[];
  /** Whether the program used STARTTLS before what it shows. */
  readonly startsTls?: boolean;
  /** The name of the connection in the text: its steps alternate with those of other connections. */
  readonly on?: string;
}

/** A kind of text that can be recognized. */
export interface Format {
  readonly name: string;
  readonly recognizes: (lines: readonly string[]) => boolean;
  /** One session for each connection that can be distinguished. */
  readonly read: (lines: readonly string[]) => readonly Pasted[];
}

/** A session once its protocol is known. */
export interface Session {
  readonly protocol: Protocol;
  readonly where: Where;
  readonly entries: readonly Entry[];
  readonly startsTls: boolean;
  readonly on?: string;
}
