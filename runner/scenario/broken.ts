import type { Span } from '../source.ts';

/** The places that the schema has rejected. */
export interface Broken {
  add(span: Span): void;
  /** Whether one of them is within this span. */
  within(span: Span): boolean;
}

/** Spans sorted by start and, for each, the smallest end of it and all after it. */
interface Sorted {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * It is asked about every node of a file, which may have as many errors as nodes, so each answer is a binary search.
 */
export function createBroken(): Broken {
  const spans = new Map<string, Span[]>();
  const sorted = new Map<string, Sorted>();
  return {
    add(span) {
      const { path } = span.file;
      const known = spans.get(path);
      if (known === undefined) spans.set(path, [span]);
      else known.push(span);
      sorted.delete(path);
    },
    within({ file, start, end }) {
      const known = spans.get(file.path);
      if (known === undefined) return false;
      const { starts, ends } = sorted.get(file.path) ?? sort(known);
      if (!sorted.has(file.path)) sorted.set(file.path, { starts, ends });
      let [low, high] = [0, starts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((starts[middle] ?? 0) < start) low = middle + 1;
        else high = middle;
      }
      return (ends[low] ?? Number.POSITIVE_INFINITY) <= end;
    },
  };
}

function sort(spans: readonly Span[]): Sorted {
  const inOrder = spans.toSorted((one, other) => one.start - other.start);
  const ends: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let index = inOrder.length - 1; index >= 0; index--) {
    least = Math.min(least, inOrder[index]?.end ?? least);
    ends[index] = least;
  }
  return { starts: inOrder.map(({ start }) => start), ends };
}
