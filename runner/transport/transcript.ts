import { isUtf8 } from 'node:buffer';
import { mapHeadline } from '../headline.ts';
import type { Note, TranscriptLine } from '../result.ts';
import { visible } from '../visible.ts';
import { limits } from './limits.ts';
import type { Redactor, SecretRange } from './redact.ts';
import type { TransportObserver } from './transport.ts';

/** What went over a scenario's connections, in order. Cheap to record: texts are made when `lines` asks for them. */
export interface Transcript {
  /** Records a connection. `name` is what the scenario calls it, `''` where there is one. */
  observer(name: string): TransportObserver;
  /** Something that happened, to a connection or (`''`) to all. */
  note(connection: string, note: string | Note): void;
  /**
   * The lines in order, secrets replaced, control characters visible: `250 OK␍␊`.
   * A piece that ended without a line end has `…` behind it.
   */
  lines(): TranscriptLine[];
  /** Octets that no longer are in the transcript because it grew too long. */
  readonly omitted: number;
}

export interface TranscriptOptions {
  readonly clock: () => number;
  /** What `at` counts from, by the clock, ms. */
  readonly start: number;
  readonly redactor: Redactor;
}

type Direction = 'client' | 'server';

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

type Entry = Octets | Happening;

export function createTranscript({ clock, start, redactor }: TranscriptOptions): Transcript {
  const kept = createKeeper();

  function record(connection: string, from: Direction, content: Buffer): void {
    kept.add({ at: clock() - start, connection, from, content });
    transcript.omitted = kept.omitted;
  }

  function note(connection: string, happened: string | Note): void {
    const content: Note = typeof happened === 'string' ? { kind: 'text', text: happened } : happened;
    kept.add({ at: clock() - start, connection, from: 'note', content });
    transcript.omitted = kept.omitted;
  }

  // Plain fields and no getters: those would hold everything until the next full collection (see stream.ts).
  const transcript = {
    observer: (name: string): TransportObserver => ({
      received: (bytes) => record(name, 'server', bytes),
      sent: (bytes) => record(name, 'client', bytes),
      note: (happened) => note(name, happened),
    }),
    note,
    lines(): TranscriptLine[] {
      const last = kept.tail();
      if (kept.omitted === 0) return shortened(render([...kept.head, ...last], redactor, {}), [], 0);
      return shortened(
        render(kept.head, redactor, { end: true }),
        render(last, redactor, { start: true }),
        kept.omitted,
      );
    },
    omitted: 0,
  };
  return transcript;
}

/** The first and the last lines, and between them how much is missing. */
function shortened(head: readonly TranscriptLine[], tail: readonly TranscriptLine[], octets: number): TranscriptLine[] {
  const count = limits.transcriptLines;
  const rest = [...head.slice(count), ...tail];
  const last = rest.slice(-count);
  const missing = [
    ...(octets > 0 ? [`${octets} octets`] : []),
    ...(rest.length > count ? [`${rest.length - count} lines`] : []),
  ];
  if (missing.length === 0) return [...head.slice(0, count), ...last];
  const at = (octets > 0 && rest.length <= count ? tail[0]?.at : last[0]?.at) ?? 0;
  const text = `… ${missing.join(' and ')} left out`;
  const note: TranscriptLine = { at, connection: '', from: 'note', note: { kind: 'text', text } };
  if (octets > 0 && rest.length <= count) return [...head, note, ...tail];
  return [...head.slice(0, count), note, ...last];
}

/** The beginning and the end, by octets. */
function createKeeper() {
  const head: Entry[] = [];
  let headOctets = 0;
  /** From `first` on; what lies before is gone. */
  let last: Entry[] = [];
  let first = 0;
  let lastOctets = 0;

  function add(entry: Entry): void {
    const room = limits.transcriptHead - headOctets;
    if (room <= 0) {
      addLast(entry);
      return;
    }
    headOctets += cost(entry);
    if (entry.from === 'note' || entry.content.length <= room) {
      head.push(entry);
      return;
    }
    const { content } = entry;
    head.push({ ...entry, content: Buffer.from(content.subarray(0, room)) });
    addLast({ ...entry, content: content.subarray(room) });
  }

  function addLast(entry: Entry): void {
    last.push(entry);
    lastOctets += cost(entry);
    for (let excess = lastOctets - limits.transcriptTail; excess > 0; excess = lastOctets - limits.transcriptTail) {
      const oldest = last[first] as Entry;
      if (oldest.from !== 'note' && oldest.content.length > excess) {
        last[first] = { ...oldest, content: tailOf(oldest.content, excess) };
        lastOctets -= excess;
        keeper.omitted += excess;
      } else if (first === last.length - 1) {
        break;
      } else {
        first++;
        lastOctets -= cost(oldest);
        keeper.omitted += sizeOf(oldest);
      }
    }
    if (first > 1024 && first * 2 > last.length) {
      last = last.slice(first);
      first = 0;
    }
  }

  const keeper = { head, add, tail: () => last.slice(first), omitted: 0 };
  return keeper;
}

function cost(entry: Entry): number {
  return sizeOf(entry) + limits.pieceOverhead;
}

function sizeOf(entry: Entry): number {
  if (entry.from !== 'note') return entry.content.length;
  return entry.content.kind === 'text' ? entry.content.text.length : 0;
}

/** Without the first octets; a copy where the rest would keep a large buffer. */
function tailOf(content: Buffer, from: number): Buffer {
  const rest = content.subarray(from);
  return content.length > 2 * limits.transcriptTail ? Buffer.from(rest) : rest;
}

// --- Rendering ---

/** One direction of one connection: its octets as Latin-1 characters, and where its secrets lie. */
interface Stream {
  readonly pieces: string[];
  length: number;
  text: string;
  secrets: readonly SecretRange[];
  /** The first that does not end before the line under way: lines are taken in order. */
  nextSecret: number;
}

/** Neighbouring entries of one stream. */
interface Segment {
  readonly stream: Stream;
  readonly connection: string;
  readonly from: Direction;
  readonly begin: number;
  end: number;
  /** When the octets from each offset on came. */
  readonly times: { readonly offset: number; readonly at: number }[];
}

/**
 * Secrets are looked for in each stream as a whole: one that was sent octet by octet between other things,
 * or that a cut would divide, is found as well.
 */
function render(
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
      return { ...note, text: shown(note.text) };
    case 'connected':
      return { ...note, remote: shown(note.remote) };
    case 'retry':
      return { ...note, after: mapHeadline(note.after, shown) };
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

/** Whole microseconds: two events of one millisecond keep their order, and reports need no more digits. */
function whole(ms: number): number {
  return Math.floor(ms * 1000) / 1000;
}

/** One line, as UTF-8 where it is, else as Latin-1; cut where it is too long. */
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

/** The place, or a little before it: never within a UTF-8 character (RFC 3629 section 3). */
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
