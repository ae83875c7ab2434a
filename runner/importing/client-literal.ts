import type { Part } from '../authoring/exchange.ts';
import { decoded } from '../encoding.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { octetsOf, type SaidLine } from './octets.ts';

/** A person who writes it anew does so with less. */
const longestLiteral = 1000;

/** A command with literals, as far as it was sent. */
export interface ClientLiteral {
  readonly parts: Part[];
  /** Octets of its last literal: how many it has, those that came, and how many they are. */
  due: number;
  pieces: Buffer[];
  came: number;
  /** Not all of them are there. */
  hasGap: boolean;
}

/** A command whose line ends with the announcement of a literal. */
export function beginLiteral(command: string, { literals }: Protocol): ClientLiteral | undefined {
  const [, before = '', size, plus] = literals === undefined ? [] : (/^(.*)\{(\d+)(\+?)\}$/.exec(command) ?? []);
  if (size === undefined) return undefined;
  const isPlus = literals?.synchronizing === true && plus === '+';
  return { parts: [{ text: before }, { literal: '', plus: isPlus }], ...nextLiteral(Number(size)) };
}

function nextLiteral(due: number): Omit<ClientLiteral, 'parts'> {
  return { due, pieces: [], came: 0, hasGap: false };
}

/** A line of a literal, with what follows it on the line where the octets end. Whether the command is complete. */
export function addToLiteral(literal: ClientLiteral, line: SaidLine): boolean {
  const octets = octetsOf(line);
  literal.pieces.push(octets);
  literal.came += octets.length;
  const beyond = literal.came - literal.due;
  if (beyond < 0) return false;
  if (literal.hasGap) partsWithFiller(literal);
  else fillLast(literal.parts, Buffer.concat(literal.pieces).subarray(0, literal.due));
  // The line end that ends the command may be the literal's last, where a terminal showed no empty line.
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

/** What is there of a literal that the session does not show to its end. */
export function partsAsFarAs({ parts, pieces }: ClientLiteral): readonly Part[] {
  fillLast(parts, Buffer.concat(pieces));
  return parts;
}

/** A literal that the session does not show. */
export function partsWithFiller({ parts, due }: ClientLiteral): readonly Part[] {
  fillLast(parts, Buffer.from('x'.repeat(Math.min(due, longestLiteral))));
  return parts;
}

/** Gives the literal at the end its octets. */
function fillLast(parts: Part[], octets: Buffer): void {
  const last = parts.at(-1);
  const { text, latin1 } = decoded(octets);
  const plus = last !== undefined && 'plus' in last && last.plus;
  parts[parts.length - 1] = { literal: text, plus, ...(latin1 && { latin1 }) };
}
