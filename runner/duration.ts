/** Milliseconds as they are written in scenario files: `350ms`, `2s`, `3.2s`. */
export function inUnits(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${Math.round(ms) / 1000}s`;
}

/** A limit, in words: `350 ms`, `2 s`, `3.2 s`. */
export function inWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

/** A measured time, in words: `21 ms`, `1.3 s`, `2 min 5 s`. */
export function measured(ms: number): string {
  if (!(ms >= 1)) return '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
