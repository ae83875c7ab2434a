import type { Did, Part } from '../authoring/exchange.ts';
import type { Protocol } from '../protocol/protocol.ts';

/** The meaning of a typed line. */
export type Typed =
  | { readonly kind: 'nothing' }
  /** `.save FILE` */
  | { readonly kind: 'command'; readonly name: string; readonly args: readonly string[] }
  /** Something to send. */
  | { readonly kind: 'send'; readonly did: Did }
  /** Literals must be typed, or read from files. */
  | { readonly kind: 'literals'; readonly pieces: readonly LiteralPiece[] };

export type LiteralPiece = { readonly text: string } | { readonly typed: true } | { readonly file: string };

/** Reads a typed line outside a message's text. A line that begins with two dots is sent with one. */
export function readTyped(line: string, protocol: Protocol | undefined): Typed {
  if (/^\.[a-z]/.test(line)) {
    const [name = '', ...args] = words(line.slice(1));
    return { kind: 'command', name, args };
  }
  if (line === '' && protocol?.replies.framedBy !== 'expectation') return { kind: 'nothing' };
  const text = withoutTag(line.startsWith('..') ? line.slice(1) : line, protocol);
  if (protocol?.compress !== undefined && text.trim().toUpperCase() === protocol.compress)
    return { kind: 'send', did: { kind: 'compress' } };
  const pieces = protocol?.literals === undefined ? [{ text }] : literalPieces(text);
  if (pieces.some((piece) => !('text' in piece))) return { kind: 'literals', pieces };
  return { kind: 'send', did: { kind: 'line', text } };
}

/** `.expect "250 Ok"`: words; quotes allow spaces. */
function words(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\S+/g)].map(
    ([whole, double, single]) => double?.replace(/\\(["\\])/g, '$1') ?? single ?? whole,
  );
}

/** Removes a tag, which users of telnet are used to typing: `a1 SELECT INBOX`. */
function withoutTag(line: string, protocol: Protocol | undefined): string {
  if (protocol?.createTags === undefined) return line;
  const known = new Set(protocol.commands ?? []);
  const [, first = '', second = ''] = /^(\S+) +(\S+)/.exec(line) ?? [];
  const tagged = known.has(second.toUpperCase()) && !known.has(first.toUpperCase());
  return tagged ? line.slice(line.indexOf(second, first.length)) : line;
}

/** `APPEND INBOX {}`: the literal is typed next; `{<FILE}`: it is the content of a file. */
function literalPieces(text: string): readonly LiteralPiece[] {
  return text
    .split(/(\{\}|\{<[^}]+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece === '{}') return { typed: true };
      const [, file] = /^\{<([^}]+)\}$/.exec(piece) ?? [];
      return file === undefined ? { text: piece } : { file };
    });
}

/** The command with its literals in place. */
export function literalCommand(pieces: readonly LiteralPiece[], contents: readonly string[]): Did {
  const left = [...contents];
  const parts = pieces.map(
    (piece): Part => ('text' in piece ? { text: piece.text } : { literal: left.shift() ?? '', plus: false }),
  );
  return { kind: 'parts', parts };
}

/** Whether the server now expects a message's text: after DATA, if it asked for more. */
export function awaitsMessage(did: Did, protocol: Protocol | undefined, continuing: boolean): boolean {
  return continuing && protocol?.transfersMail === true && did.kind === 'line' && /^DATA\s*$/i.test(did.text);
}
