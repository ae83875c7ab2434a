const time = String.raw`(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`;
const timed = new RegExp(`^(?:\\[${time}\\]|\\(${time}\\)|${time})[:|]?(?: +(?:[-|] +)?|$)`);

/** Removes what people put around all lines of a session when they paste it. */
export function trimmedLines(lines: readonly string[]): readonly string[] {
  let rest = fenced(lines);
  for (const prefix of [/^(?:> ?|\| ?)/, timed]) {
    const full = rest.filter((line) => line.trim() !== '');
    const isEverywhere = full.length > 1 && full.every((line) => prefix.test(line)) && !isOneOfTwo(full, prefix);
    if (isEverywhere) rest = rest.map((line) => line.replace(prefix, ''));
  }
  return outdented(rest);
}

/** `>` before the client's lines, with nothing before the others, is a label. */
function isOneOfTwo(lines: readonly string[], prefix: RegExp): boolean {
  return prefix !== timed && !lines.some((line) => /^[>|] ?(?:\d{3}[ -]|\* |\+OK)/.test(line));
}

const fence = /^\s*(?:```|~~~)/;

/** The content of Markdown code fences. */
function fenced(lines: readonly string[]): readonly string[] {
  const inside: string[] = [];
  let isInside = false;
  for (const line of lines) {
    if (fence.test(line)) isInside = !isInside;
    else if (isInside) inside.push(line);
  }
  return inside.length === 0 || isInside ? lines : inside;
}

/** A mark of one space, as in swaks, is not an indentation. */
const leastIndent = 2;

function outdented(lines: readonly string[]): readonly string[] {
  const indents = lines.flatMap((line) => (line.trim() === '' ? [] : [/^\s*/.exec(line)?.[0].length ?? 0]));
  const least = Math.min(...indents, longestIndent);
  return least < leastIndent || indents.length === 0 ? lines : lines.map((line) => line.slice(least));
}

const longestIndent = 80;
