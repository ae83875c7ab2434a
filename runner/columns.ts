/**
 * The width in columns of a terminal: combining marks take none; East Asian wide characters and most emoji take two.
 */
export function columnsOf(text: string): number {
  if (narrow.test(text)) return text.length;
  return segmentsOf(text).reduce((sum, segment) => sum + widthOf(segment), 0);
}

/** As much of the text as fits into `columns`, followed by `…` if it was cut. */
export function fitColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let used = 1; // the ellipsis
  const fitting = [];
  for (const segment of segmentsOf(text)) {
    used += widthOf(segment);
    if (used > columns) break;
    fitting.push(segment);
  }
  return `${fitting.join('')}…`;
}

const narrow = /^[ -~]*$/;
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

function widthOf(segment: string): number {
  return wide.test(segment) ? 2 : 1;
}

/** Created when first needed: this costs a third of Node's own start. */
let segmenter: Intl.Segmenter | undefined;

function segmentsOf(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter('en');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
