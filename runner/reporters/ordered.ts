import type { ScenarioResult, TranscriptLine } from '../result.ts';
import { lineWords } from '../words/problem.ts';

/**
 * The most characters of transcripts and logs that wait for an earlier scenario: about a thousand ordinary results.
 * Beyond this, waiting results are shortened, so that one slow scenario does not keep all dialogues of a run in memory.
 */
const mostWaiting = 16 * 1024 * 1024;
/** The most results that wait without being measured, since measuring takes time. */
const mostUnmeasured = 200;
/** The lines kept at each end of a shortened transcript. */
const leanLines = 20;

/** Puts results into file order: by `scenario.index`, which numbers a run's scenarios from 0. */
export interface Ordered {
  /** The results whose turn it is now. */
  push(result: ScenarioResult): readonly ScenarioResult[];
  /**
   * The results that still wait when the run has ended, in order; a gap in the numbers does not hold back later ones.
   */
  rest(): readonly ScenarioResult[];
}

export function ordered(limit: number = mostWaiting, unmeasured: number = mostUnmeasured): Ordered {
  const waiting = new Map<number, ScenarioResult>();
  let next = 0;
  /** The sizes of waiting results. */
  const sizes = new Map<number, number>();
  let size = 0;
  const release = (result: ScenarioResult) => {
    const { index } = result.scenario;
    waiting.delete(index);
    size -= sizes.get(index) ?? 0;
    sizes.delete(index);
    return result;
  };
  const bounded = (result: ScenarioResult): ScenarioResult => {
    if (waiting.size < unmeasured) return result;
    const kept = size + sizeOf(result) > limit ? lean(result) : result;
    const itsSize = sizeOf(kept);
    size += itsSize;
    sizes.set(kept.scenario.index, itsSize);
    return kept;
  };
  return {
    push(result) {
      const { index } = result.scenario;
      // A number that had its turn or is waiting already is passed on at once rather than lost.
      if (index < next || waiting.has(index)) return [result];
      if (index > next) {
        waiting.set(index, bounded(result));
        return [];
      }
      const due = [result];
      next++;
      for (let each = waiting.get(next); each; each = waiting.get(next)) {
        due.push(release(each));
        next++;
      }
      return due;
    },
    rest() {
      const due = [...waiting.values()].sort((a, b) => a.scenario.index - b.scenario.index);
      next = (due.at(-1)?.scenario.index ?? next - 1) + 1;
      return due.map(release);
    },
  };
}

function sizeOf({ transcript, log }: ScenarioResult): number {
  const size = (texts: readonly string[]) => texts.reduce((sum, text) => sum + text.length, 0);
  return size(transcript.map(lineWords)) + size(log.map(({ text }) => text));
}

/** The beginning and the end of the dialogue, and the end of the log, with a note about what is left out. */
function lean(result: ScenarioResult): ScenarioResult {
  const { transcript, log } = result;
  return { ...result, transcript: ends(transcript), log: log.slice(-leanLines) };
}

function ends(lines: readonly TranscriptLine[]): readonly TranscriptLine[] {
  const left = lines.length - 2 * leanLines;
  const [after] = lines.slice(leanLines);
  if (left <= 1 || !after) return lines;
  const note: TranscriptLine = {
    at: after.at,
    connection: after.connection,
    from: 'note',
    note: { kind: 'text', text: `… ${left} lines left out` },
  };
  return [...lines.slice(0, leanLines), note, ...lines.slice(-leanLines)];
}
