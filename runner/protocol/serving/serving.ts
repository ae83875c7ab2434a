import type { Framing } from '../framing.ts';

/** The parts that an expectation requires of a reply. */
export interface ReplyParts {
  /** A code or a word as in expectations: `250`, `2xx`, `OK`. Absent: the usual one. */
  readonly status?: string;
  /** RFC 2034: `5.7.1`. */
  readonly enhanced?: string;
  /** The content of the brackets. */
  readonly responseCode?: string;
  /** The text after the status, or the beginnings of lines. */
  readonly texts: readonly string[];
  /** The lines of a body. */
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
  /** The command without its tag and line ending; empty if there is none. */
  readonly line: string;
  /** The server's name for itself. */
  readonly host: string;
  readonly tag?: string | undefined;
  /** The command's request for more was sent already: what comes before its end has no status. */
  readonly continuing: boolean;
  readonly framing?: Framing | undefined;
}

/** The server side of a protocol, for scenarios that are served to a client. */
export interface Serving {
  /** A reply as it is sent, as Latin-1 or UTF-8 text. */
  reply(parts: ReplyParts, answered: Answered): string;
  /** Lines that an author wrote for a reply, with what authors cannot know: the tag of a command. */
  written(lines: readonly string[], answered: Answered): readonly string[];
  /** The line for a SASL challenge in base64. */
  challenge(text: string): string;
  /** Asks for a literal. */
  readonly goAhead?: string;
  /** Whether an argument means the same with and without quotes. */
  readonly quotes?: true;
}

export const crlf = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

/** The lines as they are. */
export const asWritten: Serving['written'] = (lines) => lines;
