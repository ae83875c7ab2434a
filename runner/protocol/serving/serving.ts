import type { Framing } from '../framing.ts';

/** What a reply has to have, as an expectation says it. */
export interface ReplyParts {
  /** A code or a word, as expectations write it: `250`, `2xx`, `OK`. Absent: whatever is usual. */
  readonly status?: string;
  /** RFC 2034: `5.7.1`. */
  readonly enhanced?: string;
  /** What stands in brackets, without them. */
  readonly responseCode?: string;
  /** What follows the status, or what lines begin with. */
  readonly texts: readonly string[];
  /** Lines of a body. */
  readonly lines: readonly string[];
  /** What is advertised. */
  readonly offers: readonly Offer[];
  /** IMAP: responses without their `* `. */
  readonly untagged: readonly string[];
}

export interface Offer {
  readonly keyword: string;
  readonly values: readonly string[];
}

/** What a reply answers. */
export interface Answered {
  readonly what: 'greeting' | 'command' | 'message' | 'login' | 'capabilities';
  /** The command without its tag and its line end; empty where there is none. */
  readonly line: string;
  /** The name that the server calls itself. */
  readonly host: string;
  readonly tag?: string | undefined;
  /** The command has had its request for more already: what comes before its end has no status. */
  readonly continuing: boolean;
  readonly framing?: Framing | undefined;
}

/** How the server's side of a protocol is spoken: for scenarios that are served to a client. */
export interface Serving {
  /** A reply, in the octets of the wire as Latin-1 or UTF-8 text. */
  reply(parts: ReplyParts, answered: Answered): string;
  /** The same of a text that an author wrote for it: with what he cannot know, the tag of a command. */
  written(lines: readonly string[], answered: Answered): readonly string[];
  /** A SASL challenge, of its base64. */
  challenge(text: string): string;
  /** Asks for a literal. */
  readonly goAhead?: string;
  /** An argument in quotes and the same without them are one. */
  readonly quotes?: true;
}

export const crlf = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

/** Nothing to add. */
export const asWritten: Serving['written'] = (lines) => lines;
