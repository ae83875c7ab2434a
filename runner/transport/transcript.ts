import type { Redactor } from '../printing/redact.ts';
import type { Note, TranscriptLine } from '../result.ts';
import { limits } from './limits.ts';
import { type Direction, type Entry, linesOf } from './transcript-lines.ts';
import type { TransportObserver } from './transport.ts';

/**
 * What was sent and received on a scenario's connections, in order. Recording is cheap: text is made only by `lines`.
 */
export interface Transcript {
  /** Records a connection. `name` is its name in the scenario; `''` if there is only one. */
  observer(name: string): TransportObserver;
  /** Records an event of a connection or (`''`) of the whole scenario. */
  note(connection: string, note: string | Note): void;
  /**
   * The lines in order, with secrets replaced and control characters visible: `250 OK␍␊`. A piece without a line ending
   * is followed by `…`.
   */
  lines(): TranscriptLine[];
  /** The number of octets that were removed because the transcript grew too long. */
  readonly omitted: number;
}

export interface TranscriptOptions {
  readonly clock: () => number;
  /** The origin of `at`, by the clock, in milliseconds. */
  readonly start: number;
  readonly redactor: Redactor;
}

export function createTranscript({ clock, start, redactor }: TranscriptOptions): Transcript {
  const kept = createKeeper();

  function record(connection: string, from: Direction, content: Buffer, at = clock()): void {
    kept.add({ at: at - start, connection, from, content });
    transcript.omitted = kept.omitted;
  }

  function note(connection: string, happened: string | Note): void {
    const content: Note = typeof happened === 'string' ? { kind: 'text', text: happened } : happened;
    kept.add({ at: clock() - start, connection, from: 'note', content });
    transcript.omitted = kept.omitted;
  }

  // Plain fields instead of getters, which would keep everything until the next full collection (see stream.ts).
  const transcript = {
    observer: (name: string): TransportObserver => ({
      received: (bytes, at) => record(name, 'server', bytes, at),
      sent: (bytes, at) => record(name, 'client', bytes, at),
      note: (happened) => note(name, happened),
    }),
    note,
    lines(): TranscriptLine[] {
      const last = kept.tail();
      if (kept.omitted === 0) return shortened(linesOf([...kept.head, ...last], redactor, {}), [], 0);
      return shortened(
        linesOf(kept.head, redactor, { end: true }),
        linesOf(last, redactor, { start: true }),
        kept.omitted,
      );
    },
    omitted: 0,
  };
  return transcript;
}

/** The first and the last lines, and how much is missing between them. */
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

/** Keeps the beginning and the end, by octets. */
function createKeeper() {
  const head: Entry[] = [];
  let headOctets = 0;
  /** The entries from index `first` on; earlier ones have been removed. */
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
  const { content } = entry;
  if (content.kind === 'text' || content.kind === 'encrypted') return content.text.length;
  return content.kind === 'line' ? content.longest : 0;
}

/** Without the first octets; a copy if a view would keep a large buffer alive. */
function tailOf(content: Buffer, from: number): Buffer {
  const rest = content.subarray(from);
  return content.length > 2 * limits.transcriptTail ? Buffer.from(rest) : rest;
}
