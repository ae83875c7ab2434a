import type { Part } from '../authoring/exchange.ts';
import { decoded } from '../encoding.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { octetsOf, type SaidLine } from './octets.ts';

/** A longer literal is replaced: a person who rewrote the scenario would use less. */
const longestLiteral = 1000;

/** A command with literals, as far as it was sent. */
export interface ClientLiteral {
  readonly parts: Part[];
  /** Of its last literal: the octets still due, those that arrived, and the announced size. */
  due: number;
  pieces: Buffer[];
  came: number;
  /** Whether octets are missing. */
  hasGap: boolean;
}

/** Recognizes a command whose line ends with the announcement of a literal. */
export function beginLiteral(command: string, { literals }: Protocol): ClientLiteral | undefined {
  const [, before = '', size, plus] = literals === undefined ? [] : (/^(.*)\{(\d+)(\+?)\}$/.exec(command) ?? []);
  if (size === undefined) return undefined;
  const isPlus = literals?.synchronizing === true && plus === '+';
  return { parts: [{ text: before }, { literal: '', plus: isPlus }], ...nextLiteral(Number(size)) };
}

function nextLiteral(due: number): Omit<ClientLiteral, 'parts'> {
  return { due, pieces: [], came: 0, hasGap: false };
}

/**
 * Adds a line of a literal, and what follows the literal on the line where it ends. Returns whether the command is
 * complete.
 */
export function addToLiteral(literal: ClientLiteral, line: SaidLine): boolean {
  const octets = octetsOf(line);
  literal.pieces.push(octets);
  literal.came += octets.length;
  const beyond = literal.came - literal.due;
  if (beyond < 0) return false;
  if (literal.hasGap) partsWithFiller(literal);
  else fillLast(literal.parts, Buffer.concat(literal.pieces).subarray(0, literal.due));
  // The line ending of the command may be the last one of the literal, if a terminal did not show an empty line.
  const rest = octets.toString('utf8', Math.max(0, octets.length - beyond)).replace(/\r?\n$/, '');
  const [, before, size] = /^(.*)\{(\d+)\+?\}$/.exec(rest) ?? [];
  if (before === undefined) {
    if (rest !== '') literal.parts.push({ text: rest });
    return true;
  }
  literal.parts.push({ text: before }, { literal: '', plus: false });
  Object.assign(literal, nextLiteral(Number(size)));
  return false;
}

/** The available part of a literal that the session does not show completely. */
export function partsAsFarAs({ parts, pieces }: ClientLiteral): readonly Part[] {
  fillLast(parts, Buffer.concat(pieces));
  return parts;
}

/** Filler for a literal that the session does not show. */
export function partsWithFiller({ parts, due }: ClientLiteral): readonly Part[] {
  fillLast(parts, Buffer.from('x'.repeat(Math.min(due, longestLiteral))));
  return parts;
}

/** Sets the content of the last literal. */
function fillLast(parts: Part[], octets: Buffer): void {
  const last = parts.at(-1);
  const { text, latin1 } = decoded(octets);
  const plus = last !== undefined && 'plus' in last && last.plus;
  parts[parts.length - 1] = { literal: text, plus, ...(latin1 && { latin1 }) };
}
