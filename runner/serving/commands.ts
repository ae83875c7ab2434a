import { announcedLiteral } from '../protocol/literal-reader.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Lack, Link } from './link.ts';

/** A command: lines, with literals between them. */
export interface Command {
  readonly segments: readonly Segment[];
}

export type Segment = { readonly kind: 'line' | 'literal'; readonly text: string };

/** Whether it is incomplete: a literal was announced but not sent. */
export function lacksLiteral({ segments }: Command, { literals }: Protocol): boolean {
  const last = segments.at(-1);
  return (
    literals !== undefined && last?.kind === 'line' && announcedLiteral(Buffer.from(last.text, 'latin1')) !== undefined
  );
}

/** Splits the octets that a scenario sends into lines and literals. */
export function commandIn(octets: Buffer, { literals }: Protocol): Command {
  const segments: Segment[] = [];
  for (let at = 0; at < octets.length; ) {
    const found = octets.indexOf(0x0a, at);
    const end = found === -1 ? octets.length : found + 1;
    const line = octets.subarray(at, end);
    segments.push({ kind: 'line', text: withoutEnd(line) });
    at = end;
    const literal = literals === undefined ? undefined : announcedLiteral(line);
    if (literal === undefined || at >= octets.length) continue;
    segments.push({ kind: 'literal', text: octets.toString('latin1', at, at + literal) });
    at += literal;
  }
  return { segments };
}

/** Reads a complete command of a client, and asks for its literals. */
export async function readCommand(
  link: Link,
  { literals, serving }: Protocol,
  ms: number,
  asked: (goAhead: string) => Promise<void>,
): Promise<Command | Lack> {
  const segments: Segment[] = [];
  for (;;) {
    const line = await link.line(ms);
    if (typeof line === 'string') return line;
    const text = withoutEnd(line);
    segments.push({ kind: 'line', text });
    const length = literals === undefined ? undefined : announcedLiteral(line);
    if (length === undefined) return { segments };
    if (serving.goAhead !== undefined && !text.endsWith('+}')) await asked(serving.goAhead);
    const octets = await link.octets(length, ms);
    if (typeof octets === 'string') return octets;
    segments.push({ kind: 'literal', text: octets.toString('latin1') });
  }
}

export function withoutEnd(line: Buffer): string {
  return line.toString('latin1').replace(/\r?\n$/, '');
}

/** The same command without its first word. */
export function withoutTag({ segments: [first, ...more] }: Command): Command {
  if (first === undefined) return { segments: more };
  return { segments: [{ ...first, text: first.text.replace(/^\S* ?/, '') }, ...more] };
}

export function firstWord({ segments: [first] }: Command): string {
  return /^\S*/.exec(first?.text ?? '')?.[0] ?? '';
}

/** In readable form. */
export function textOf({ segments }: Command): string {
  return segments.map(({ kind, text }) => (kind === 'line' ? text : `\r\n${text}`)).join('');
}

/**
 * Whether a client's command is the one that a scenario sends: case is ignored in the command's name only. If strings
 * may be quoted or sent as literals, the client may choose their form.
 */
export function isSameCommand(expected: Command, actual: Command, quotes: boolean): boolean {
  const [one, other] = [expected, actual].map((each) => piecesOf(each, quotes));
  if (one === undefined || other === undefined) return false;
  const parameters = mailParameters(one, other);
  if (parameters !== undefined) return parameters;
  if (one.length !== other.length) return false;
  return one.every((piece, at) => (at === 0 ? isSameWord(piece, other[at]) : piece === other[at]));
}

function isSameWord(one: string, other: string | undefined): boolean {
  return one.toUpperCase() === other?.toUpperCase();
}

/**
 * RFC 5321 section 4.1.1.11: the parameters that a client adds to a path depend on what the server advertised;
 * `undefined` if there is no path.
 */
function mailParameters([verb = '', rest = '']: readonly string[], other: readonly string[]): boolean | undefined {
  if (!/^(?:MAIL FROM|RCPT TO):$/i.test(verb)) return undefined;
  const [path, ...wanted] = rest.split(/ +/);
  const [itsPath, ...given] = (other[1] ?? '').split(/ +/);
  return (
    isSameWord(verb, other[0]) && path === itsPath && wanted.every((each) => given.some((own) => isSameWord(each, own)))
  );
}

function piecesOf({ segments }: Command, quotes: boolean): readonly string[] {
  const first = segments[0]?.text ?? '';
  // RFC 5321 section 4.1.1.2: `MAIL FROM:` counts as one word.
  const [, verb = '', rest = ''] = /^((?:MAIL FROM|RCPT TO):|\S*)(.*)$/is.exec(first) ?? [];
  if (!quotes) return [verb, rest.trim(), ...segments.slice(1).map(({ text }) => text)];
  const others = segments.slice(1).flatMap(({ kind, text }) => (kind === 'literal' ? [text] : tokens(text)));
  return [verb, ...tokens(rest), ...others];
}

/**
 * Atoms and strings (RFC 9051 section 9), strings without their quotes; the announcement of a literal does not count.
 */
function tokens(line: string): readonly string[] {
  const found = line.replace(/\{\d+\+?\}$/, '').match(/"(?:[^"\\]|\\.)*"|[()]|[^\s"()]+/g) ?? [];
  return found.map((each) => (each.startsWith('"') ? each.slice(1, -1).replace(/\\(.)/g, '$1') : each));
}
