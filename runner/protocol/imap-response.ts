import { responseText } from './imap-grammar/response-text.ts';
import { violation } from './limits.ts';
import { decodeLines } from './octets.ts';
import { type ImapReply, ProtocolError } from './reply.ts';
import { createScanner, GrammarError } from './scanner.ts';

// The kind of a response by its first octets: untagged, tagged or a continuation request (RFC 9051 section 7).

export const STAR = 0x2a;
const PLUS = 0x2b;
const SPACE = 0x20;
const CR = 0x0d;
const OPEN_BRACKET = 0x5b;

export function isUntagged(raw: Buffer): boolean {
  return raw[0] === STAR && raw[1] === SPACE;
}

function isContinuation(raw: Buffer): boolean {
  return raw[0] === PLUS && (raw[1] === SPACE || raw[1] === CR);
}

export function firstWord(line: string): string {
  return /^[^ \r\n]*/.exec(line)?.[0] ?? '';
}

/** Tags and status words are short. */
const longestHead = 512;

/** RFC 9051 section 9, "tag": what an astring may have, except "+". */
const taggedHead = /^([^ (){%*"\\+\0-\x1f\x7f]+) (OK|NO|BAD)(?= |\r\n)/i;

interface Head {
  readonly tag?: string;
  readonly status: string;
  /** Where the status ends. */
  readonly end: number;
}

export function headOf(raw: Buffer): Head | undefined {
  if (isContinuation(raw)) return { status: '+', end: 1 };
  const [head, tag, status] = taggedHead.exec(raw.toString('latin1', 0, longestHead)) ?? [];
  if (head === undefined || tag === undefined || status === undefined) return undefined;
  return { tag, status: status.toUpperCase(), end: head.length };
}

export function notAResponse(raw: Buffer): ProtocolError {
  return violation(
    'a response begins neither with "* " or "+ " nor with a tag and OK, NO or BAD',
    'RFC 9051 section 2.2.2',
    raw,
  );
}

interface Text extends Pick<ImapReply, 'text' | 'responseCode'> {
  readonly error?: ProtocolError;
}

/** What follows a status. A challenge's base64 has no brackets (RFC 9051 section 9, "continue-req"). */
export function readText(raw: Buffer, statusEnd: number, status: string): Text {
  const start = raw[statusEnd] === SPACE ? statusEnd + 1 : statusEnd;
  const end = raw.length - '\r\n'.length;
  const text = decodeLines(raw.subarray(start, end));
  try {
    const { responseCode } = responseText(createScanner(raw, start, end, `${status} response`));
    return { text, ...(responseCode && { responseCode }) };
  } catch (error) {
    if (error instanceof GrammarError) return { text, error: violation(error.message, 'RFC 9051 section 7.1', raw) };
    if (error instanceof ProtocolError) return { text, error };
    throw error;
  }
}

const statusHead = /^[^ ]+ (?:OK|NO|BAD|BYE|PREAUTH)(?: |\r\n)/i;

/** Whether the line may go on with a literal: data may; text for people ends as it likes, only its brackets may not. */
export function mayHaveLiteral(line: Buffer): boolean {
  if (isContinuation(line)) return false;
  const head = statusHead.exec(line.toString('latin1', 0, longestHead))?.[0];
  if (head === undefined) return isUntagged(line);
  return line[head.length] === OPEN_BRACKET && !line.includes(']', head.length);
}
