export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A text as decoded by one reading, and the origin of each of its characters. */
export interface View {
  readonly text: string;
  /** How many encodings were decoded to get it. */
  readonly depth: number;
  /** The range of the original text that produced this range. */
  origin(start: number, end: number): Range;
}

interface Encoding {
  /** A text that does not match contains nothing in this encoding. */
  readonly trigger: RegExp;
  /** Matches an encoded sequence. */
  readonly pattern: RegExp;
  readonly decode: (match: RegExpExecArray) => string;
}

const octet = (digits: string | undefined): string => String.fromCharCode(Number.parseInt(digits ?? '', 16));

const point = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  sol: '/',
  equals: '=',
  grave: '`',
};

const controls: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '0': '\0',
};

/** The symbols that `visible()` uses. */
const pictures: Readonly<Record<string, string>> = { '␀': '\0', '␍': '\r', '␊': '\n' };

/**
 * The encodings that servers, programs and mailspec itself apply to text; each may apply to some of its characters
 * only.
 */
export const encodings: readonly Encoding[] = [
  // RFC 3986 section 2.1, and forms, which write a space as "+".
  {
    trigger: /%[0-9A-Fa-f]{2}/,
    pattern: /%([0-9A-Fa-f]{2})/g,
    decode: ([, digits]) => octet(digits),
  },
  {
    trigger: /\+/,
    pattern: /%([0-9A-Fa-f]{2})|\+/g,
    decode: ([, digits]) => (digits === undefined ? ' ' : octet(digits)),
  },
  // RFC 3461 section 4.
  {
    trigger: /\+[0-9A-Fa-f]{2}/,
    pattern: /\+([0-9A-Fa-f]{2})/g,
    decode: ([, digits]) => octet(digits),
  },
  // RFC 2045 section 6.7, soft line breaks included.
  {
    trigger: /=(?:[0-9A-Fa-f]{2}|[ \t]*\r?\n)/,
    pattern: /=(?:([0-9A-Fa-f]{2})|[ \t]*\r?\n)/g,
    decode: ([, digits]) => (digits === undefined ? '' : octet(digits)),
  },
  {
    trigger: /&[#\w]+;/,
    pattern: /&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,6}));/g,
    decode: ([whole, decimal, hex, name]) =>
      decimal !== undefined
        ? point(Number(decimal))
        : hex !== undefined
          ? point(Number.parseInt(hex, 16))
          : (entities[name ?? ''] ?? whole),
  },
  // JSON, YAML, C, quoted strings (RFC 3501 section 9), patterns, and the output of `visible()`.
  {
    trigger: /[\\␀␍␊]/,
    pattern: /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|([nrtbfve0])|([^A-Za-z0-9]))|[␀␍␊]/g,
    decode: ([whole, two, four, braced, letter, sign]) => {
      if (two !== undefined || four !== undefined) return octet(two ?? four);
      if (braced !== undefined) return point(Number.parseInt(braced, 16));
      return sign ?? controls[letter ?? ''] ?? pictures[whole] ?? whole;
    },
  },
  // A quote inside a shell's quotes.
  { trigger: /'\\''|'"'"'/, pattern: /'\\''|'"'"'/g, decode: () => "'" },
  // RFC 5322 section 2.2.3; base64 is broken into lines as well (RFC 2045 section 6.8). A line break may represent
  // nothing…
  {
    // Starts at the break and looks back: looking ahead for 40 characters from each position took most of a run's time.
    trigger: /\n(?:[ \t]|(?<=[A-Za-z0-9+/]{40}\r?\n))/,
    pattern: /\r?\n(?:[ \t]+|(?<=[A-Za-z0-9+/]{40}\r?\n))/g,
    decode: () => '',
  },
  // …or for the space before it.
  { trigger: /\n[ \t]/, pattern: /\r?\n(?=[ \t])/g, decode: () => '' },
  // RFC 5321 section 4.2: text that a server broke into lines has the reply code at the beginning of each. Other
  // encodings handle the breaks.
  { trigger: /\n\d{3}[ -]/, pattern: /(?<=\n)\d{3}[ -]/g, decode: () => '' },
  // Folded at a space by inserting another one before it.
  { trigger: /\n[ \t]{2}/, pattern: /\r?\n[ \t](?=[ \t])/g, decode: () => '' },
  // RFC 2231 section 3: a parameter in pieces.
  {
    trigger: /\*\d+\*?=/,
    pattern: /"?;\s*[\w-]+\*\d+\*?=(?:"|[\w-]*''(?=\S))?(?:\r?\n(?=[ \t]))?/g,
    decode: () => '',
  },
];

/** The deepest nesting of encodings: an entity in an encoded address, a backslash that was escaped again. */
export const deepest = 2;

/** Every reading of a text: as it is, decoded, and decoded again. */
export function viewsOf(text: string): readonly View[] {
  const whole: View = { text, depth: 0, origin: (start, end) => ({ start, end }) };
  const views = [whole, ...encodedWords(whole)];
  let layer: readonly View[] = [whole];
  for (let depth = 0; depth < deepest; depth++) {
    layer = layer.flatMap((view) =>
      encodings.filter(({ trigger }) => trigger.test(view.text)).map((encoding) => decoded(view, encoding)),
    );
    for (const view of layer) views.push(view, ...encodedWords(view));
  }
  return views;
}

/** A piece of a view, and the range it was decoded from. */
interface Piece {
  readonly at: number;
  readonly from: number;
  readonly length: number;
  /** The characters represent themselves, one by one; otherwise the piece as a whole represents its origin. */
  readonly plain: boolean;
  readonly size: number;
}

function decoded(view: View, { pattern, decode }: Pick<Encoding, 'pattern' | 'decode'>): View {
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  const add = (length: number, made: string, plain: boolean) => {
    if (length > 0) pieces.push({ at: text.length, from: at, length, plain, size: made.length });
    text += made;
    at += length;
  };
  pattern.lastIndex = 0;
  for (let match = pattern.exec(view.text); match !== null; match = pattern.exec(view.text)) {
    add(match.index - at, view.text.slice(at, match.index), true);
    add(match[0].length, decode(match), false);
    pattern.lastIndex = at;
  }
  add(view.text.length - at, view.text.slice(at), true);
  return { text, depth: view.depth + 1, origin: (start, end) => inOuter(view, pieces, start, end) };
}

function inOuter(outer: View, pieces: readonly Piece[], start: number, end: number): ReturnType<View['origin']> {
  const first = pieces[indexAt(pieces, start)];
  const last = pieces[indexAt(pieces, end - 1)];
  if (first === undefined || last === undefined) return outer.origin(start, end);
  return outer.origin(
    first.plain ? first.from + (start - first.at) : first.from,
    last.plain ? last.from + (end - last.at) : last.from + last.length,
  );
}

/** The piece at this offset; of several pieces there, the one that is not empty. */
function indexAt(pieces: readonly Piece[], place: number): number {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.at ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && pieces[low]?.size === 0) low--;
  return low;
}

/** RFC 2047: adjacent encoded words are one text, and a secret may span several of them. */
const word = String.raw`=\?[\w-]+(?:\*[\w-]+)?\?[BbQq]\?[^?\s]*\?=`;
const row = new RegExp(`${word}(?:\\s+${word})*`, 'g');
const partsOfWord = /=\?[^?]+\?([BbQq])\?([^?\s]*)\?=/g;

/** One view for each sequence of encoded words. A secret in it covers all words that it touches. */
function encodedWords(outer: View): View[] {
  const { text } = outer;
  if (!text.includes('=?')) return [];
  return [...text.matchAll(row)].map(({ 0: words, index }) => {
    const pieces: Piece[] = [];
    let made = '';
    for (const each of words.matchAll(partsOfWord)) {
      const [whole, kind = '', content = ''] = each;
      const plain = /b/i.test(kind)
        ? Buffer.from(content, 'base64').toString('latin1')
        : content.replace(/_|=([0-9A-Fa-f]{2})/g, (_, digits?: string) => (digits === undefined ? ' ' : octet(digits)));
      pieces.push({
        at: made.length,
        from: index + each.index,
        length: whole.length,
        plain: false,
        size: plain.length,
      });
      made += plain;
    }
    return { text: made, depth: outer.depth + 1, origin: (start, end) => inOuter(outer, pieces, start, end) };
  });
}
