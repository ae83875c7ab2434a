import { preserving, type Vocabulary } from '../authoring/generalize.ts';
import type { Piece } from '../authoring/pieces.ts';
import { commonLength } from '../common-length.ts';
import type { Seen } from '../engine/witness.ts';
import type { Reply } from '../protocol/reply.ts';
import { type Fields, isWords, type Value } from '../value.ts';
import { visible } from '../visible.ts';
import { cutText } from '../words/text.ts';
import { partIn, storedSource } from './message-expectation.ts';

/** What a step saw in one run, and the names of values in that run. */
export interface Sight {
  readonly seen: Seen;
  readonly vocabulary: Vocabulary;
}

/** A part that people can find in a reply or in a check's result. */
interface Part {
  readonly name: string;
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/**
 * The first lasting part that is not the same, with both values from where they depart: `differs in line 3: "…abc" and
 * "…def"`. `undefined` if only ids, times and the like differ. @param fields only these of a check's result
 */
export function differenceWords(one: Sight, other: Sight, fields?: readonly string[]): string | undefined {
  if (keyOf(one.seen) !== keyOf(other.seen)) return `differs: ${cameWords(one)} and ${cameWords(other)}`;
  const [ours, theirs] = [partsOf(one, fields), partsOf(other, fields)];
  const [mine] = ours.filter((each) => !theirs.some((part) => isSame(each, part)));
  const [yours] = theirs.filter((each) => !ours.some((part) => isSame(each, part)));
  const name = (mine ?? yours)?.name;
  if (name === undefined) return ours.length === theirs.length ? undefined : 'differs in the number of its lines';
  const [first, second] = departing(mine?.pieces, yours?.pieces);
  return `differs in ${name}: ${first} and ${second}`;
}

function keyOf(seen: Seen): string {
  return seen.kind === 'reply' ? `reply ${statusOf(seen.reply)}` : seen.kind;
}

/** `"451 4.7.1 Try again later"`, or whatever there was instead of a reply. */
function cameWords({ seen, vocabulary }: Sight): string {
  switch (seen.kind) {
    case 'reply':
      return lineWords(`${statusOf(seen.reply)} ${seen.reply.lines[0] ?? ''}`.trim(), vocabulary);
    case 'closed':
      return 'the end of the connection';
    case 'nothing':
      return 'silence';
    case 'check':
      return 'a result';
  }
}

/** The line as it came, except for values that have a name. */
export function lineWords(line: string, vocabulary: Vocabulary): string {
  return whole(preserving(vocabulary)(line));
}

function statusOf(reply: Reply): string {
  return String('code' in reply ? reply.code : 'status' in reply ? reply.status : '');
}

function partsOf({ seen, vocabulary }: Sight, fields?: readonly string[]): readonly Part[] {
  const generalize = preserving(vocabulary);
  const message = seen.kind === 'reply' ? partIn(seen.reply)?.text : storedSource(seen, vocabulary);
  const texts =
    message !== undefined
      ? linesOf(message)
      : seen.kind === 'reply'
        ? textsOf(seen.reply)
        : seen.kind === 'check'
          ? factsOf(seen.evidence, fields)
          : [];
  return texts.map(([name, text]) => ({ name, text, pieces: generalize(text) }));
}

type Named = readonly [name: string, text: string];

/** Responses that report recent events. */
const passing: ReadonlySet<string> = new Set(['EXISTS', 'EXPUNGE', 'RECENT', 'VANISHED']);

/** The fields of a header, and the lines of a text. */
function linesOf(mail: string): readonly Named[] {
  return mail.split(/\r?\n(?![ \t])/).map((text, index) => {
    const field = /^[!-9;-~]+(?=: )/.exec(text)?.[0];
    return field === undefined
      ? [`line ${index + 1} of the message`, text]
      : [`the field ${field}`, text.replace(/\r?\n[ \t]+/g, ' ')];
  });
}

function factsOf(evidence: Fields, fields: readonly string[] = Object.keys(evidence)): readonly Named[] {
  return fields.flatMap((name): readonly Named[] => {
    const value = evidence[name];
    return value === undefined ? [] : [[name, plainText(value)]];
  });
}

function textsOf(reply: Reply): readonly Named[] {
  const untagged = 'untagged' in reply ? reply.untagged.filter(({ name }) => !passing.has(name)) : [];
  return [
    // The number of a message depends on those before it.
    ...untagged.map(({ name, text }): Named => [`the response ${name}`, text.replace(/^\d+ (?=FETCH\b)/i, '')]),
    ...reply.lines.map((text, index): Named => [reply.lines.length > 1 ? `line ${index + 1}` : 'its text', text]),
  ];
}

function plainText(value: Value): string {
  return typeof value === 'string' ? value : isWords(value) ? value.text : JSON.stringify(value);
}

function isSame(one: Part, other: Part): boolean {
  const rest = other.pieces;
  return one.pieces.length === rest.length && one.pieces.every((piece, index) => isSamePiece(piece, rest[index]));
}

function isSamePiece(one: Piece, other: Piece | undefined): boolean {
  return other !== undefined && one.kind === other.kind && essence(one) === essence(other);
}

function essence(piece: Piece): string {
  return piece.kind === 'literal' ? piece.text : piece.kind === 'variable' ? piece.name : piece.source;
}

/** Both texts, from a little before where they are no longer the same; `nothing` for one that is missing. */
function departing(one: readonly Piece[] | undefined, other: readonly Piece[] | undefined): readonly [string, string] {
  if (one === undefined || other === undefined) return [whole(one), whole(other)];
  const found = one.findIndex((piece, index) => !isSamePiece(piece, other[index]));
  const at = found === -1 ? one.length : found;
  const [mine, yours] = [one[at], other[at]];
  const common = mine?.kind === 'literal' && yours?.kind === 'literal' ? commonLength(mine.text, yours.text) : 0;
  const show = (pieces: readonly Piece[]) => quoted(textOf(pieces), textOf(pieces.slice(0, at)).length + common);
  return [show(one), show(other)];
}

function whole(pieces: readonly Piece[] | undefined): string {
  return pieces === undefined ? 'nothing' : quoted(textOf(pieces), 0);
}

/** As it came, except for secrets and other values that have a name. */
function textOf(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) =>
      piece.kind === 'literal' ? piece.text : piece.kind === 'variable' ? `\${${piece.name}}` : (piece.found ?? '…'),
    )
    .join('');
}

/** Characters shown before the point where the texts depart, and in all. */
const before = 20;
const longest = 80;

function quoted(text: string, at: number): string {
  const start = at > 2 * before ? at - before : 0;
  return `"${start === 0 ? '' : '…'}${cutText(visible(text.slice(start)), longest)}"`;
}
