import type { Span } from '../source.ts';
import type { ScalarNode } from './tree.ts';

/** `${name|filter|…}` as written in text. */
export interface Reference {
  readonly name: string;
  /** The text after `:-`, which replaces an environment variable that is unset or empty. */
  readonly fallback?: string;
  readonly filters: readonly string[];
  /** As written, from `${` to `}`. */
  readonly raw: string;
  /** The number of its `${` in the text, from 0, with which its place in the source is found. */
  readonly ordinal: number;
}

export interface Interpolation {
  readonly tokens: readonly (string | Reference)[];
  /** What is wrong with the text. */
  readonly mistake?: {
    readonly message: string;
    readonly hint: string;
    readonly raw: string;
    readonly ordinal: number;
  };
}

const reference = /^\s*([A-Za-z_][A-Za-z0-9_.-]*)(?::-([^|}]*))?\s*((?:\|\s*[A-Za-z0-9_-]*\s*)*)$/;

/** Splits text at its variables; `$${` is a literal `${`. */
export function interpolate(text: string): Interpolation {
  const tokens: (string | Reference)[] = [];
  let literal = '';
  let at = 0;
  for (let ordinal = 0; ; ordinal++) {
    const next = text.indexOf('${', at);
    if (next === -1) break;
    if (next > at && text[next - 1] === '$') {
      literal += `${text.slice(at, next - 1)}\${`;
      at = next + 2;
      continue;
    }
    literal += text.slice(at, next);
    const end = text.indexOf('}', next);
    const raw = text.slice(next, end === -1 ? undefined : end + 1);
    const [, name, fallback, filters = ''] = reference.exec(raw.slice(2, -1)) ?? [];
    if (end === -1 || name === undefined) {
      const message = end === -1 ? 'A variable that is never closed' : `"${raw}" is not a variable`;
      return { tokens, mistake: { message, hint: 'Write "${name}", or "$${" for a literal "${"', raw, ordinal } };
    }
    if (fallback !== undefined && !name.startsWith('env.')) {
      const message = `Only environment variables take a default, and "${name}" is a variable of scenarios`;
      return { tokens, mistake: { message, hint: defaultHint(name, fallback), raw, ordinal } };
    }
    if (literal !== '') tokens.push(literal);
    literal = '';
    tokens.push({
      name,
      ...(fallback !== undefined && { fallback }),
      filters: filters
        .split('|')
        .slice(1)
        .map((filter) => filter.trim()),
      raw,
      ordinal,
    });
    at = end + 1;
  }
  literal += text.slice(at);
  if (literal !== '') tokens.push(literal);
  return { tokens };
}

function defaultHint(name: string, fallback: string): string {
  return `Write the default under "defaults" of the suite: ${name}: "${fallback}"`;
}

/** The place of a reference in the source; the whole scalar if escapes hide it. */
export function placeOfReference(
  node: ScalarNode,
  { raw, ordinal }: { readonly raw: string; readonly ordinal: number },
): Span {
  const { file, start, end } = node.span;
  let at = start - 1;
  for (let count = 0; count <= ordinal; count++) {
    at = file.text.indexOf('${', at + 1);
    if (at === -1 || at >= end) return node.span;
  }
  return file.text.startsWith(raw, at) ? { file, start: at, end: at + raw.length } : node.span;
}
