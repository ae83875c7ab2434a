import { type Finding, finding } from './findings.ts';
import { type ResponseText, responseText } from './imap-grammar/response-text.ts';
import type { Framed } from './literal-reader.ts';
import { decodeLines } from './octets.ts';
import type { ImapReply } from './reply.ts';
import { createScanner, type Grammar, GrammarError } from './scanner.ts';

// Recognizes the kind of a response by its first octets: untagged, tagged or a continuation request (RFC 9051 section
// 7).

export const STAR = 0x2a;
const PLUS = 0x2b;
const SPACE = 0x20;
const TAB = 0x09;
const CR = 0x0d;
const LF = 0x0a;
const OPEN_BRACKET = 0x5b;

export function isUntagged(raw: Buffer): boolean {
  return raw[0] === STAR && (raw[1] === SPACE || raw[1] === TAB);
}

function isContinuation(raw: Buffer): boolean {
  return raw[0] === PLUS && (raw[1] === SPACE || raw[1] === CR || raw[1] === LF);
}

export function firstWord(line: string): string {
  return /^[^ \r\n]*/.exec(line)?.[0] ?? '';
}

/** Tags and status words are short. */
const longestHead = 512;

/** RFC 9051 section 9, "tag": the characters of an astring, except "+". */
const taggedHead = /^([ \t]*)([^ \t(){%*"\\+\0-\x1f\x7f]+)([ \t]+)([A-Za-z]+)(?=[ \t\r\n])/;

const completions: ReadonlySet<string> = new Set(['OK', 'NO', 'BAD']);

export interface Head {
  readonly tag?: string;
  readonly status: string;
  /** The offset after the status. */
  readonly end: number;
  readonly findings: readonly Finding[];
}

/** Parses the beginning of a tagged response or continuation request. `isTag`: whether a command had this tag. */
export function headOf(raw: Buffer, isTag: (tag: string) => boolean): Head | undefined {
  if (isContinuation(raw)) return { status: '+', end: 1, findings: [] };
  const [head, before, tag, gap, word] = taggedHead.exec(raw.toString('latin1', 0, longestHead)) ?? [];
  if (head === undefined || tag === undefined || word === undefined) return undefined;
  const status = word.toUpperCase();
  const isKnown = isTag(tag);
  // Any line can begin with two words. If the first one is a command's tag, the line is a response to it.
  if (!isKnown && (!completions.has(status) || before !== '')) return undefined;
  const findings: Finding[] = [];
  if (before !== '') findings.push(finding('imap.response.leading-space', 'a space before the tag', raw));
  if (gap !== ' ') findings.push(spacing(gap ?? '', 'the tag', raw));
  if (!completions.has(status)) {
    findings.push(finding('imap.tagged.status', `a tagged response is ${status}, not OK, NO or BAD`, raw));
  }
  if (!isKnown) {
    const message = `a response to the tag "${tag}", which no command had`;
    findings.push(finding('imap.tagged.unknown-tag', message, raw));
  }
  return { tag, status, end: head.length, findings };
}

/** Notes more than one space, or a tab, after a part of a response. */
export function spacing(gap: string, after: string, raw: Buffer): Finding {
  return gap.includes('\t')
    ? finding('imap.response.tab', `a tab after ${after}`, raw)
    : finding('imap.response.extra-space', `more than one space after ${after}`, raw);
}

export function notAResponse(raw: Buffer): Finding {
  const message = 'a response begins neither with "* " or "+ " nor with a tag and OK, NO or BAD';
  return finding('imap.response.syntax', message, raw);
}

interface Text extends Pick<ImapReply, 'text' | 'responseCode'> {
  readonly findings: readonly Finding[];
}

/** The text after a status. A challenge's base64 has no brackets (RFC 9051 section 9, "continue-req"). */
export function readText({ raw, end }: Framed, { status, end: at }: Head, grammar: Grammar): Text {
  const text = decodeLines(raw.subarray(raw[at] === SPACE ? at + 1 : at, end));
  // Some servers omit the space of an empty challenge.
  if (status === '+' && !text.startsWith('[')) return { text, findings: [] };
  const scanner = createScanner(raw, at, end, `${status} response`, grammar);
  const { findings } = scanner;
  try {
    const { responseCode }: ResponseText = responseText(scanner);
    return { text, ...(responseCode && { responseCode }), findings };
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    return { text, findings: [...findings, error.finding(raw)] };
  }
}

const statusHead = /^[^ ]+ (?:OK|NO|BAD|BYE|PREAUTH)(?: |\r?\n)/i;

/**
 * Whether the line may continue with a literal. Data may; human-readable text may end in any way, but its brackets must
 * be closed.
 */
export function mayHaveLiteral(line: Buffer): boolean {
  if (isContinuation(line)) return false;
  const head = statusHead.exec(line.toString('latin1', 0, longestHead))?.[0];
  if (head === undefined) return isUntagged(line);
  return line[head.length] === OPEN_BRACKET && !line.includes(']', head.length);
}
