import { byIdentity } from '../by-identity.ts';
import type { Secret } from '../plan.ts';
import { isAmbiguous, mixedRanges, type Tokens, tokensOf } from './mixed.ts';
import { absentFrom } from './pairs.ts';
import { type Edges, formsOf } from './secret-forms.ts';
import { deepest, type Range, viewsOf } from './views.ts';

/** A range of text that contains a secret; `end` is exclusive. */
export interface SecretRange extends Range {
  /** The replacement, such as `«password»`. */
  readonly shown: string;
}

/** The ends at which a text was cut. There, part of a secret counts, too. */
export interface Torn {
  readonly start?: boolean;
  readonly end?: boolean;
}

/** Replaces secrets by `«name»`, in every form in which they may have been sent. */
export interface Redactor {
  /**
   * Adds a form that was computed at run time, such as a SASL response or a digest. Whatever is derived from it is
   * secret as well.
   */
  add(name: string, form: string | Buffer): void;
  redact(text: string, torn?: Torn): string;
  /** For consecutive lines: a secret may be broken across them. */
  redactLines(lines: readonly string[]): readonly string[];
  /** The ranges that contain secrets, in order and without overlaps. The text may be decoded, or octets as Latin-1. */
  find(text: string, torn?: Torn): readonly SecretRange[];
}

/**
 * Creating one for each scenario is cheap: the forms of the run's secrets are computed once, when they are first
 * needed. `secrets` must not change afterwards.
 */
export function createRedactor(secrets: readonly Secret[]): Redactor {
  const added: Form[] = [];
  let scanner: Scanner | undefined;

  function find(text: string, torn: Torn = {}): readonly SecretRange[] {
    if (secrets.length === 0 && added.length === 0) return nothing;
    const scanners: Scanner[] = [];
    if (secrets.length > 0) scanners.push(scannerFor(secrets));
    if (added.length > 0) {
      scanner ??= createScanner(added);
      scanners.push(scanner);
    }
    return united(unmarked(text, scan(scanners, text, torn)));
  }

  return {
    add(name, form) {
      if (form.length === 0) return;
      added.push({ name, form });
      scanner = undefined;
    },
    find,
    redact: (text, torn) => replaced(text, find(text, torn)),
    redactLines: (lines) => linesReplaced(lines, find(lines.join('\n'))),
  };
}

const nothing: readonly SecretRange[] = [];

function replaced(text: string, found: readonly SecretRange[]): string {
  if (found.length === 0) return text;
  let result = '';
  let at = 0;
  for (const range of found) {
    result += text.slice(at, range.start) + range.shown;
    at = range.end;
  }
  return result + text.slice(at);
}

/** The number of lines stays the same: a line with part of a secret shows the replacement, too. */
function linesReplaced(lines: readonly string[], found: readonly SecretRange[]): readonly string[] {
  if (found.length === 0) return lines;
  let begin = 0;
  return lines.map((line) => {
    const within = found.flatMap(({ start, end, shown }) => {
      const range = { start: Math.max(start - begin, 0), end: Math.min(end - begin, line.length), shown };
      return range.start < range.end ? [range] : [];
    });
    begin += line.length + 1;
    return replaced(line, within);
  });
}

interface Form {
  readonly name: string;
  readonly form: string | Buffer;
}

/** Name of the secret, by form. */
type Forms = ReadonlyMap<string, string>;

interface Scanner {
  readonly exact: Forms;
  /** In lower case. */
  readonly caseless: Forms;
  /** Forms that a surrounding encoding may change. A hexadecimal digest never changes. */
  readonly encoded: Forms;
  /** The secrets themselves, if something in them looks encoded. */
  readonly ambiguous: Forms;
  /** Base64 forms that share an edge character with the neighboring octets. */
  readonly shared: ReadonlyMap<string, Edges>;
}

/** Every scenario of a run has a redactor of its own but the same secrets. */
const scannerFor = byIdentity((secrets: readonly Secret[]) =>
  createScanner(secrets.flatMap(({ name, forms }) => forms.map((form) => ({ name, form })))),
);

function createScanner(list: readonly Form[]): Scanner {
  const exact = new Map<string, string>();
  const caseless = new Map<string, string>();
  const encoded = new Map<string, string>();
  const ambiguous = new Map<string, string>();
  const shared = new Map<string, Edges>();
  const into = (map: Map<string, string>, forms: Iterable<string>, name: string) => {
    for (const each of forms) if (!map.has(each)) map.set(each, name);
  };
  for (const { name, form } of list) {
    const forms = formsOf(form);
    into(exact, forms.exact, name);
    into(caseless, forms.caseless, name);
    into(encoded, forms.encoded, name);
    into(ambiguous, forms.plain.filter(isAmbiguous), name);
    for (const [each, edges] of forms.shared) shared.set(each, edges);
  }
  return { exact, caseless, encoded, ambiguous, shared };
}

const noForms: Forms = new Map();
const noEdges: Scanner['shared'] = new Map();

/** The ranges that each scanner finds, one scanner after another; the text is decoded once for all. */
function scan(scanners: readonly Scanner[], text: string, torn: Torn): readonly SecretRange[] {
  const searches = scanners.map((scanner) => ({ scanner, found: [] as SecretRange[] }));
  const lower = text.toLowerCase();
  // A few characters become longer in lower case, so that offsets would differ from the text's.
  const caseless = lower.length === text.length ? lower : asciiLower(text);
  const absent = absentFrom(text);
  for (const { scanner, found } of searches) search(scanner.exact, scanner.shared, text, absent, found);
  const absentCaseless = absentFrom(caseless);
  for (const { scanner, found } of searches) search(scanner.caseless, noEdges, caseless, absentCaseless, found);
  for (const view of viewsOf(text)) {
    let tokens: Tokens | undefined;
    const absentInView = view.depth > 0 ? absentFrom(view.text) : undefined;
    for (const { scanner, found } of searches) {
      const { encoded, ambiguous, shared } = scanner;
      const inView: SecretRange[] = [];
      if (absentInView !== undefined) search(encoded, shared, view.text, absentInView, inView);
      if (view.depth < deepest && ambiguous.size > 0) {
        tokens ??= tokensOf(view.text);
        searchMixed(ambiguous, view.text, tokens, inView);
      }
      inView.push(...tornRanges(encoded, noForms, view.text, torn));
      for (const range of inView) found.push({ ...range, ...view.origin(range.start, range.end) });
    }
  }
  for (const { scanner, found } of searches) found.push(...tornRanges(scanner.exact, scanner.caseless, text, torn));
  return searches.flatMap(({ found }) => found);
}

/** One search for each form takes a fifth of the time of one regular expression for all; most forms need none. */
function search(
  forms: Forms,
  shared: Scanner['shared'],
  text: string,
  absent: (form: string) => boolean,
  found: SecretRange[],
): void {
  // Hardly any form is there, and an entry would be an array for each.
  for (const form of forms.keys()) {
    if (absent(form)) continue;
    const shown = `«${forms.get(form)}»`;
    // Forms may overlap each other and themselves.
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      const edges = shared.get(form);
      const end = at + form.length;
      found.push({
        start: edges?.before === 1 && isBase64(text, at - 1) ? at - 1 : at,
        end: edges?.after === 1 && isBase64(text, end) ? end + 1 : end,
        shown,
      });
    }
  }
}

function searchMixed(forms: Forms, text: string, tokens: Tokens, found: SecretRange[]): void {
  if (tokens.at.size === 0) return;
  for (const [form, name] of forms)
    for (const range of mixedRanges(form, text, tokens)) found.push({ ...range, shown: `«${name}»` });
}

function isBase64(text: string, at: number): boolean {
  return /^[\w+/-]$/.test(text.charAt(at));
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** What has been replaced stays: a secret may be part of its own name. */
function unmarked(text: string, found: readonly SecretRange[]): readonly SecretRange[] {
  if (found.length === 0 || !text.includes('«')) return found;
  const names = new Set(found.map(({ shown }) => shown));
  const marks = [...text.matchAll(/«[^«»]*»/g)].filter(([mark]) => names.has(mark));
  return found.filter(
    ({ start, end }) => !marks.some(({ 0: mark, index }) => start >= index && end <= index + mark.length),
  );
}

/** Shorter parts reveal nothing, and occur by chance at most ends: every digest contains a "2". */
const shortestPart = 3;

function tornRanges(exact: Forms, caseless: Forms, text: string, torn: Torn): readonly SecretRange[] {
  return (['start', 'end'] as const).flatMap((at) => (torn[at] === true ? tornRange(exact, caseless, text, at) : []));
}

/** The longest part of a form at a cut end: its beginning at the text's end, or its end at the text's start. */
function tornRange(exact: Forms, caseless: Forms, text: string, at: 'start' | 'end'): readonly SecretRange[] {
  let size = 0;
  let owner = '';
  for (const [forms, subject] of [
    [exact, text],
    [caseless, asciiLower(edge(text, at, longestOf(caseless)))],
  ] as const) {
    for (const [form, name] of forms) {
      const least = Math.max(size + 1, Math.min(shortestPart, form.length - 1));
      for (let length = Math.min(form.length - 1, text.length); length >= least; length--) {
        if (at === 'end' ? subject.endsWith(form.slice(0, length)) : subject.startsWith(form.slice(-length))) {
          size = length;
          owner = name;
        }
      }
    }
  }
  if (size === 0) return [];
  const start = at === 'end' ? text.length - size : 0;
  return [{ start, end: start + size, shown: `«${owner}»` }];
}

/** The first or last characters of a text. */
function edge(text: string, at: 'start' | 'end', length: number): string {
  return at === 'start' ? text.slice(0, length) : text.slice(Math.max(text.length - length, 0));
}

function longestOf(forms: Forms): number {
  let longest = 0;
  for (const { length } of forms.keys()) longest = Math.max(longest, length);
  return longest;
}

/** Sorts ranges and merges overlapping ones. */
function united(ranges: readonly SecretRange[]): readonly SecretRange[] {
  if (ranges.length < 2) return ranges;
  const result: SecretRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || range.start >= last.end) result.push(range);
    else if (range.end > last.end) result[result.length - 1] = { ...last, end: range.end };
  }
  return result;
}
