import { isUtf8 } from 'node:buffer';
import { startOf } from '../excerpt.ts';
import { mapHeadline } from '../headline.ts';
import type { Redactor, SecretRange } from '../printing/redact.ts';
import type { Note, TranscriptLine } from '../result.ts';
import { visible } from '../visible.ts';
import { limits } from './limits.ts';

export type Direction = 'client' | 'server';

interface Octets {
  readonly at: number;
  readonly connection: string;
  readonly from: Direction;
  readonly content: Buffer;
}

interface Happening {
  readonly at: number;
  readonly connection: string;
  readonly from: 'note';
  readonly content: Note;
}

/** A recorded entry. */
export type Entry = Octets | Happening;

/** One direction of a connection: its octets as Latin-1 characters, and the ranges of secrets. */
interface Stream {
  readonly pieces: string[];
  length: number;
  text: string;
  secrets: readonly SecretRange[];
  /** The index of the first secret that does not end before the current line; lines are processed in order. */
  nextSecret: number;
}

/** Adjacent entries of one stream. */
interface Segment {
  readonly stream: Stream;
  readonly connection: string;
  readonly from: Direction;
  readonly begin: number;
  end: number;
  /** When the octets from each offset on arrived. */
  readonly times: { readonly offset: number; readonly at: number }[];
}

/**
 * Makes lines of entries. Secrets are searched for in each stream as a whole, so that one is found even if it was sent
 * octet by octet between other data, or would be divided by a cut.
 */
export function linesOf(
  entries: readonly Entry[],
  redactor: Redactor,
  torn: { start?: boolean; end?: boolean },
): TranscriptLine[] {
  const streams = new Map<string, Stream>();
  const items: (Segment | TranscriptLine)[] = [];
  let open: Segment | undefined;
  for (const entry of entries) {
    const { at, connection } = entry;
    if (entry.from === 'note') {
      open = undefined;
      items.push({ at: whole(at), connection, from: 'note', note: shownNote(entry.content, redactor) });
      continue;
    }
    const { from, content } = entry;
    const key = `${from} ${connection}`;
    let stream = streams.get(key);
    if (stream === undefined) {
      stream = { pieces: [], length: 0, text: '', secrets: [], nextSecret: 0 };
      streams.set(key, stream);
    }
    if (open?.stream !== stream) {
      open = { stream, connection, from, begin: stream.length, end: stream.length, times: [] };
      items.push(open);
    }
    open.times.push({ offset: stream.length, at });
    stream.pieces.push(content.toString('latin1'));
    stream.length += content.length;
    open.end = stream.length;
  }
  for (const stream of streams.values()) {
    stream.text = stream.pieces.join('');
    stream.secrets = redactor.find(stream.text, torn);
  }
  return items.flatMap((item) => ('stream' in item ? segmentLines(item) : [item]));
}

function shownNote(note: Note, redactor: Redactor): Note {
  const shown = (text: string) => visible(redactor.redact(text));
  switch (note.kind) {
    case 'text':
    case 'encrypted':
      return { ...note, text: shown(note.text) };
    case 'line': {
      const text = startOf(redactor.redact(typeof note.text === 'string' ? note.text : note.text.start), note.longest);
      const kept = typeof text === 'string' ? visible(text) : { ...text, start: visible(text.start) };
      return { ...note, label: visible(note.label), text: kept };
    }
    case 'connected':
      return { ...note, remote: shown(note.remote) };
    case 'retry':
      return { ...note, after: mapHeadline(note.after, shown) };
    case 'impatient':
      return { ...note, way: { ...note.way, ...(note.way.to !== undefined && { to: shown(note.way.to) }) } };
  }
}

function segmentLines({ stream, connection, from, begin, end, times }: Segment): TranscriptLine[] {
  const lines: TranscriptLine[] = [];
  let time = 0;
  for (let at = begin; at < end; ) {
    const lineFeed = stream.text.indexOf('\n', at);
    const complete = lineFeed !== -1 && lineFeed < end;
    const next = complete ? lineFeed + 1 : end;
    while ((times[time + 1]?.offset ?? end) <= at) time++;
    const text = lineText(stream, at, next) + (complete ? '' : '…');
    lines.push({ at: whole(times[time]?.at ?? 0), connection, from, text });
    at = next;
  }
  return lines;
}

/** Whole microseconds: two events in the same millisecond keep their order, and reports need no more digits. */
function whole(ms: number): number {
  return Math.floor(ms * 1000) / 1000;
}

/** One line, decoded as UTF-8 if it is valid, else as Latin-1; cut if it is too long. */
function lineText(stream: Stream, begin: number, end: number): string {
  const { text, secrets } = stream;
  const decode = isUtf8(Buffer.from(text.slice(begin, end), 'latin1')) ? asUtf8 : asItIs;
  const shownEnd = end - begin > limits.transcriptLine ? characterStart(text, begin + limits.transcriptLine) : end;
  while ((secrets[stream.nextSecret]?.end ?? Number.POSITIVE_INFINITY) <= begin) stream.nextSecret++;
  let shown = '';
  let at = begin;
  for (let next = stream.nextSecret; at < shownEnd; next++) {
    const secret = secrets[next];
    const plainEnd = Math.min(secret?.start ?? shownEnd, shownEnd);
    if (plainEnd > at) shown += decode(text.slice(at, plainEnd));
    at = Math.max(at, plainEnd);
    if (secret === undefined || secret.start >= shownEnd) break;
    shown += secret.shown;
    at = Math.min(secret.end, end);
  }
  return visible(shown) + (at < end ? `… (${end - at} more octets)` : '');
}

/** The offset, or slightly less: never within a UTF-8 character (RFC 3629 section 3). */
function characterStart(octets: string, place: number): number {
  let at = place;
  while (place - at < 3 && (octets.charCodeAt(at) & 0xc0) === 0x80) at--;
  return at;
}

function asUtf8(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('utf8');
}

function asItIs(octets: string): string {
  return octets;
}
