import { byIdentity } from '../by-identity.ts';
import { escapePattern } from '../encoding.ts';
import type { Secret } from '../plan.ts';
import { formsOf } from './secret-forms.ts';

/** A stretch of a text that holds a secret; `end` is exclusive. */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  /** `«password»` */
  readonly shown: string;
}

/** Ends at which a text was torn off: there, a part of a secret counts as well. */
export interface Torn {
  readonly start?: boolean;
  readonly end?: boolean;
}

/** Replaces secrets, in every form in which they may have been sent, by `«name»`. */
export interface Redactor {
  /** A form that arose while running: a SASL response, a digest. What is made from it is secret as well. */
  add(name: string, form: string | Buffer): void;
  redact(text: string, torn?: Torn): string;
  /**
   * Where secrets lie: in order, without overlaps. The text may be decoded, or octets as Latin-1 characters.
   */
  find(text: string, torn?: Torn): readonly SecretRange[];
}

/**
 * One for each scenario costs little: what the run's secrets look like is worked out once, when first needed.
 * `secrets` must not change afterwards.
 */
export function createRedactor(secrets: readonly Secret[]): Redactor {
  const added: Form[] = [];
  let scanner: Scanner | undefined;

  function find(text: string, torn: Torn = {}): readonly SecretRange[] {
    const found: SecretRange[] = [];
    if (secrets.length > 0) scan(scannerFor(secrets), text, torn, found);
    if (added.length > 0) {
      scanner ??= createScanner(added);
      scan(scanner, text, torn, found);
    }
    return found.length > 1 ? united(found) : found;
  }

  return {
    add(name, form) {
      if (form.length === 0) return;
      added.push({ name, form });
      scanner = undefined;
    },
    find,
    redact(text, torn) {
      const found = find(text, torn);
      if (found.length === 0) return text;
      let redacted = '';
      let at = 0;
      for (const range of found) {
        redacted += text.slice(at, range.start) + range.shown;
        at = range.end;
      }
      return redacted + text.slice(at);
    },
  };
}

interface Form {
  readonly name: string;
  readonly form: string | Buffer;
}

interface Scanner {
  /** Form to name. */
  readonly exact: ReadonlyMap<string, string>;
  readonly caseless: ReadonlyMap<string, string>;
  /** All forms in one scan; at each place the longest wins. None where there are no forms. */
  readonly pattern: RegExp | undefined;
}

/** Every scenario of a run has the same secrets, and a redactor of its own. */
const scannerFor = byIdentity((secrets: readonly Secret[]) =>
  createScanner(secrets.flatMap(({ name, forms }) => forms.map((form) => ({ name, form })))),
);

function createScanner(list: readonly Form[]): Scanner {
  const exact = new Map<string, string>();
  const caseless = new Map<string, string>();
  for (const { name, form } of list) {
    const forms = formsOf(form);
    for (const each of forms.exact) if (!exact.has(each)) exact.set(each, name);
    for (const each of forms.caseless) if (!caseless.has(each)) caseless.set(each, name);
  }
  const alternatives = [
    ...Array.from(exact.keys(), (form) => ({ form, source: escapePattern(form) })),
    ...Array.from(caseless.keys(), (form) => ({
      form,
      source: form.replace(/[a-f]/g, (x) => `[${x}${x.toUpperCase()}]`),
    })),
  ].sort((a, b) => b.form.length - a.form.length);
  const source = alternatives.map((each) => each.source).join('|');
  return { exact, caseless, pattern: source === '' ? undefined : new RegExp(source, 'g') };
}

function scan(scanner: Scanner, text: string, torn: Torn, found: SecretRange[]): void {
  const { pattern } = scanner;
  if (pattern === undefined) return;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [form] = match;
    const name = scanner.exact.get(form) ?? scanner.caseless.get(form.toLowerCase()) ?? 'secret';
    found.push({ start: match.index, end: match.index + form.length, shown: `«${name}»` });
    // Forms may overlap: another may begin within this one.
    pattern.lastIndex = match.index + 1;
  }
  if (torn.start === true) found.push(...tornRange(scanner, text, 'start'));
  if (torn.end === true) found.push(...tornRange(scanner, text, 'end'));
}

/** Shorter parts give nothing away, and stand by chance at most ends: every digest has a "2". */
const shortestPart = 3;

/** The longest part of a form that stands at a torn end: its beginning at the text's end, its end at the text's start. */
function tornRange(scanner: Scanner, text: string, at: 'start' | 'end'): readonly SecretRange[] {
  let size = 0;
  let owner = '';
  for (const [forms, subject] of [
    [scanner.exact, text],
    [scanner.caseless, text.toLowerCase()],
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

/** In order; overlapping ones become one. */
function united(ranges: readonly SecretRange[]): readonly SecretRange[] {
  const result: SecretRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || range.start >= last.end) result.push(range);
    else if (range.end > last.end) result[result.length - 1] = { ...last, end: range.end };
  }
  return result;
}
