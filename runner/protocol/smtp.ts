import { decodeText } from '../encoding.ts';
import { limitError, limits, violation } from './limits.ts';
import { createOctetReader, endsWithCrlf, type OctetReader } from './octets.ts';
import { parserOf } from './parser.ts';
import type { ProtocolError, ReplyParser, SmtpReply } from './reply.ts';

export { dotStuff } from './dot.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

const codeLength = 3;

/**
 * RFC 5321 section 4.2: replies of SMTP and LMTP, the greeting included. One `take` gives one reply with all its
 * lines; after an LMTP message each recipient's reply is one of its own (RFC 2033 section 4.2).
 *
 * After a `ProtocolError` every `take` throws it again, until `drain`.
 */
export function createSmtpParser(): ReplyParser {
  const reader = createOctetReader();
  /** The reply under way: its code, and the lines so far. */
  let code = 0;
  let lines: string[] = [];
  /** Parsed by `settle`, and not taken yet. */
  let ready: SmtpReply | undefined;
  let broken: ProtocolError | undefined;

  function broke(error: ProtocolError): ProtocolError {
    broken = error;
    return error;
  }

  function read(): SmtpReply | undefined {
    if (broken) throw broken;
    for (;;) {
      if (!mayBegin(reader)) {
        throw broke(violation('a line does not begin with a reply code', 'RFC 5321 section 4.2', reader.rest()));
      }
      let line: Buffer | undefined;
      try {
        line = reader.line();
      } catch (error) {
        throw broke(error as ProtocolError);
      }
      if (line === undefined) return undefined;
      // RFC 5321 section 2.3.8: nothing but CRLF ends a line.
      if (!endsWithCrlf(line)) {
        throw broke(violation('a line ends with LF alone, not with CRLF', 'RFC 5321 section 2.3.8', line));
      }
      const { length } = line;
      const separator = line[codeLength];
      // `250` alone ends a reply too (RFC 5321 section 4.2); but a CR there must be the line end's.
      if (separator === CR && length !== codeLength + 2) {
        throw broke(violation('a line does not begin with a reply code', 'RFC 5321 section 4.2', line));
      }
      const lineCode = codeOf(line);
      if (lines.length === 0) {
        code = lineCode;
      } else if (code !== lineCode) {
        throw broke(
          violation(`the lines of one reply have two codes, ${code} and ${lineCode}`, 'RFC 5321 section 4.2.1', line),
        );
      }
      lines.push(separator === CR ? '' : decodeText(line, codeLength + 1, length - 2));
      if (reader.taken > limits.longestReply) throw broke(limitError('longestReply', line));
      if (lines.length > limits.mostLines) throw broke(limitError('mostLines', line));
      if (separator === HYPHEN) continue;
      const reply = replyOf(code, lines, reader.cut());
      lines = [];
      return reply;
    }
  }

  return parserOf({
    sent() {},
    push: (bytes) => reader.push(bytes),
    take() {
      if (ready === undefined) return read();
      const reply = ready;
      ready = undefined;
      return reply;
    },
    settle() {
      if (reader.pending > 0) ready ??= read();
    },
    unread: () => ready !== undefined || broken !== undefined,
    pending() {
      return reader.pending + (ready === undefined ? 0 : ready.raw.length);
    },
    drain() {
      const rest = reader.drain();
      const all = ready === undefined ? rest : Buffer.concat([ready.raw, rest]);
      ready = broken = undefined;
      lines = [];
      return all;
    },
  });
}

/**
 * Whether a reply line may begin with what has come: three digits from 200 to 599, and what follows them.
 * Looks before the line's end has come, so that a server of another protocol is not waited for.
 */
function mayBegin(reader: OctetReader): boolean {
  const first = reader.at(0);
  if (first === undefined) return true;
  if (first < 0x32 || first > 0x35) return false;
  const second = reader.at(1);
  if (second === undefined) return true;
  if (!isDigit(second)) return false;
  const third = reader.at(2);
  if (third === undefined) return true;
  if (!isDigit(third)) return false;
  const separator = reader.at(codeLength);
  return separator === undefined || separator === SPACE || separator === HYPHEN || separator === CR || separator === LF;
}

function isDigit(octet: number): boolean {
  return octet >= ZERO && octet <= 0x39;
}

function codeOf(line: Buffer): number {
  return ((line[0] ?? 0) - ZERO) * 100 + ((line[1] ?? 0) - ZERO) * 10 + ((line[2] ?? 0) - ZERO);
}

function replyOf(code: number, lines: readonly string[], raw: Buffer): SmtpReply {
  const text = lines.length === 1 ? (lines[0] ?? '') : lines.join('\n');
  for (const line of lines) {
    const enhanced = enhancedCode(line);
    if (enhanced !== undefined) return { protocol: 'smtp', code, raw, lines, text, enhanced };
  }
  return { protocol: 'smtp', code, raw, lines, text };
}

// RFC 3463 section 2: class "." subject "." detail; RFC 2034 section 4: at the beginning of the text.
const statusCode = /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/;

function enhancedCode(line: string): string | undefined {
  // The pattern only where it has a chance: this runs for every line of every reply.
  return line.charCodeAt(1) === DOT ? statusCode.exec(line)?.[0] : undefined;
}

/**
 * What an EHLO or LHLO reply offers: keywords in upper case, with their parameters as sent. The first line names
 * the server and is no keyword (RFC 5321 section 4.1.1.1). A keyword on several lines has the parameters of all;
 * the form before RFC 2554, `AUTH=LOGIN PLAIN`, counts as AUTH. Empty for a reply that is not 250.
 */
export function parseExtensions(reply: SmtpReply): ReadonlyMap<string, readonly string[]> {
  const extensions = new Map<string, readonly string[]>();
  if (reply.code !== 250) return extensions;
  for (const line of reply.lines.slice(1)) {
    const [keyword = '', ...parameters] = line
      .replace(/^AUTH=/i, 'AUTH ')
      .split(' ')
      .filter((word) => word !== '');
    if (keyword === '') continue;
    const name = keyword.toUpperCase();
    extensions.set(name, [...new Set([...(extensions.get(name) ?? []), ...parameters])]);
  }
  return extensions;
}
