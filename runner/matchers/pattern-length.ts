const braces = /\{(\d+)(?:,(\d*))?\}/y;
/** An escape, with its braces: `\\d`, `\\p{L}`, `\\x{1f4a9}`. */
const escaped = /\\(?:[pPx]\{[^}]*\}|.)/sy;
const bracket = /\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]?/sy;

/**
 * The length of a pattern with what its braces repeat counted so many times: about the number of the compiled pattern's
 * instructions. It takes linear time, also for invalid patterns.
 */
export function repeatedLength(source: string): number {
  /** The length of each open group so far. */
  const groups = [0];
  let last = 0;
  const add = (length: number) => {
    last = length;
    groups.push((groups.pop() ?? 0) + length);
  };
  for (let at = 0; at < source.length; ) {
    const sign = source[at];
    const found =
      sign === '{'
        ? matchAt(braces, source, at)
        : sign === '['
          ? matchAt(bracket, source, at)
          : sign === '\\'
            ? matchAt(escaped, source, at)
            : null;
    if (found !== null && sign === '{') {
      const times = Math.max(Number(found[1]), Number(found[2] ?? 0), 1);
      const repeated = last * times;
      add(repeated - last);
      last = repeated;
    } else if (sign === '(') groups.push(0);
    else if (sign === ')' && groups.length > 1) {
      const inner = groups.pop() ?? 0;
      add(inner + 1);
    } else add(1);
    at += found?.[0].length ?? 1;
  }
  return groups.reduce((sum, each) => sum + each, 0);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
