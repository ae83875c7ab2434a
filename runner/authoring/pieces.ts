/** A piece of text: kept as it is, a variable's value, or something that varies. */
export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** RE2 syntax. `found`: what was there; absent if it must not be shown. */
  | { readonly kind: 'pattern'; readonly source: string; readonly found?: string };

/** Printable text on one line: anything else is not written into an expectation. */
const printable = /^[\x20-\x7e\u00a1-\u167f\u2010-\u2027\u2030-\u205e\u2070-\ud7ff]*$/u;

/** Longer texts are data, which people do not want to read in an expectation. */
const longestText = 300;

/** Whether an expectation can contain the text. */
export function isPlain(text: string): boolean {
  return text.length <= longestText && printable.test(text);
}

/** Escapes text for the language, in which `${` begins a variable. */
export function escapeText(text: string): string {
  return text.replaceAll('${', '$$${');
}

/** The pieces as text with variables; `undefined` if a piece varies, or if the language cannot express it. */
export function textOf(pieces: readonly Piece[]): string | undefined {
  let text = '';
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind === 'pattern') return undefined;
    if (piece.kind === 'variable') text += `\${${piece.name}}`;
    // A dollar sign before "${" would escape it.
    else if (piece.text.endsWith('$') && pieces[index + 1]?.kind === 'variable') return undefined;
    else text += escapeText(piece.text);
  }
  return text;
}

/** The pieces as the source of a pattern that matches one line. */
export function sourceOf(pieces: readonly Piece[]): string {
  return pieces.map(pieceSource).join('');
}

function pieceSource(piece: Piece): string {
  switch (piece.kind) {
    case 'literal':
      // In brackets, a dollar sign before a variable stays literal.
      return piece.text.replace(/[\\^.|?*+()[\]{}/]/g, '\\$&').replaceAll('$', '[$]');
    case 'variable':
      return `\${${piece.name}}`;
    case 'pattern':
      return piece.source;
  }
}
