import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { messageOf } from '../phrase.ts';

/** A pattern in RE2 syntax: it takes linear time for any text. */
export interface CompiledPattern {
  /** The first match, if any. `groups` are counted from the pattern's first parenthesis. */
  exec(text: string): PatternMatch | undefined;
  test(text: string): boolean;
}

export interface PatternMatch {
  readonly match: string;
  /** `undefined` for a group that did not take part. */
  readonly groups: readonly (string | undefined)[];
  /** The named groups that took part. */
  readonly named: Readonly<Record<string, string>>;
}

/** Thrown for a pattern that RE2 does not support. */
export class PatternError extends Error {
  /** What is wrong, without the pattern: `missing closing )`. */
  readonly reason: string;
  /** The offset in the source, in UTF-16 units, if it is known. */
  readonly offset?: number;
  constructor(source: string, reason: string, offset: number | undefined) {
    super(`Cannot compile the pattern ${JSON.stringify(source)}: ${reason}`);
    this.name = 'PatternError';
    this.reason = reason;
    if (offset !== undefined) this.offset = offset;
  }
}

/**
 * By source, which alone determines a pattern, so it may outlive a run. Patterns with captured values differ between
 * scenarios; the oldest ones are removed.
 */
const cachedPatterns = 1000;

const cache = new Map<string, CompiledPattern>();

/** `(?i)` and the like, which RE2 accepts at the beginning of a pattern. */
const flagPattern = /^[ims]*$/;

/** Compiles a pattern, without its slashes. `flags`: any of the letters `i`, `m`, `s`. Throws a `PatternError`. */
export function compilePattern(source: string, flags: string): CompiledPattern {
  const key = `${flags}/${source}`;
  const cached = cache.get(key);
  if (cached) return cached;
  if (!flagPattern.test(flags)) {
    throw new PatternError(source, `unknown flags ${JSON.stringify(flags)}, only "i", "m" and "s" exist`, undefined);
  }
  const compiled = wrap(compileRe2(source, flags));
  if (cache.size >= cachedPatterns) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(key, compiled);
  return compiled;
}

/** Whether compiling this pattern costs nothing. */
export function isCompiled(source: string, flags: string): boolean {
  return cache.has(`${flags}/${source}`);
}

export interface PatternText {
  /** As written between the slashes. `\/` need not be unescaped: RE2 reads it as a slash. */
  readonly source: string;
  readonly flags: string;
  /** The offset of `source` in the text. */
  readonly offset: number;
}

/** Splits `/source/flags`; `undefined` if the text is not a pattern (`/`, `//`, `/var/log`). */
export function parsePatternText(text: string): PatternText | undefined {
  const parts = /^\/(.+)\/([ims]{0,3})$/s.exec(text);
  const source = parts?.[1];
  const flags = parts?.[2] ?? '';
  if (source === undefined || new Set(flags).size !== flags.length) return undefined;
  const backslashes = /\\*$/.exec(source)?.[0].length ?? 0;
  return backslashes % 2 === 1 ? undefined : { source, flags, offset: 1 };
}

// Loaded with the first pattern: 260 KB that `mailspec list` never needs. An import() would make all matching
// asynchronous; the bundled program finds the module in its own folder.
let re2: typeof import('re2js') | undefined;

function compileRe2(source: string, flags: string): RE2JS {
  re2 ??= createRequire(import.meta.url)('re2js') as typeof import('re2js');
  const { RE2JS } = re2;
  const bits = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
  let mask = 0;
  for (const flag of flags) mask |= bits[flag as keyof typeof bits];
  try {
    return RE2JS.compile(source, mask);
  } catch (error) {
    throw toPatternError(source, error);
  }
}

function wrap(pattern: RE2JS): CompiledPattern {
  return {
    exec(text) {
      const matcher = pattern.matcher(text);
      if (!matcher.find()) return undefined;
      const groups = Array.from({ length: pattern.groupCount() }, (_, index) => matcher.group(index + 1) ?? undefined);
      const named: Record<string, string> = Object.create(null);
      for (const [name, index] of Object.entries(pattern.namedGroups())) {
        const value = groups[index - 1];
        if (value !== undefined) named[name] = value;
      }
      return { match: matcher.group() ?? '', groups, named };
    },
    test: (text) => pattern.test(text),
  };
}

/** Features that RE2 omits on purpose, but that people know from other engines. */
const absences: readonly (readonly [RegExp, string])[] = [
  [/^\(\?<?[=!]/, 'RE2 has no look-around'],
  [/^\\[1-9]/, 'RE2 has no back-references'],
  [/^\(\?>/, 'RE2 has no atomic groups'],
  [/^(?:[*+?]|\{\d*,?\d*\})\+$/, 'RE2 has no possessive repetition'],
];

function toPatternError(source: string, error: unknown): PatternError {
  const { error: reason, input: part } = error as { readonly error?: string; readonly input?: string | null };
  if (reason === undefined) return new PatternError(source, messageOf(error), undefined);
  if (part === null || part === undefined) {
    return new PatternError(source, reason, reason.startsWith('trailing backslash') ? source.length - 1 : undefined);
  }
  // The flags were added to the source as a group.
  const input = source.includes(part) ? part : part.replace(/^\(\?[ims]+\)/, '');
  const absence = absences.find(([pattern]) => pattern.test(input));
  const detail = absence ? ` (${absence[1]})` : '';
  const shown = input === source ? '' : ` ${JSON.stringify(input)}`;
  return new PatternError(source, `${reason}${shown}${detail}`, offsetOf(source, input));
}

/** RE2 reports the offending part; if it occurs more than once, its offset is unknown. */
function offsetOf(source: string, part: string): number | undefined {
  const at = source.indexOf(part);
  return at === -1 || at !== source.lastIndexOf(part) ? undefined : at;
}
