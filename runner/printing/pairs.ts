/** Which pairs of adjacent characters a text has; each number marks the pairs of one text. */
const marks = new Uint32Array(2 ** 16);

let latest = 0;

/** Characters outside of Latin-1 share places, so that a pair may seem to be there that is not. */
function placeOf(first: number, second: number): number {
  return ((first << 8) ^ second) & 0xffff;
}

/**
 * A quick test for forms that cannot be in this text, because a pair of adjacent characters is not. One pass over the
 * text replaces a search for almost every form. Its answers are for this text until the next call.
 */
export function absentFrom(text: string): (form: string) => boolean {
  // The numbers begin again before they are too large for the array.
  if (latest === 0xffff_ffff) {
    marks.fill(0);
    latest = 0;
  }
  latest++;
  const mark = latest;
  let first = text.charCodeAt(0);
  for (let at = 1; at < text.length; at++) {
    const second = text.charCodeAt(at);
    marks[placeOf(first, second)] = mark;
    first = second;
  }
  return (form) => {
    for (let at = 1; at < form.length; at++)
      if (marks[placeOf(form.charCodeAt(at - 1), form.charCodeAt(at))] !== mark) return true;
    return false;
  };
}
