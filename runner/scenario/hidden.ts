import { byIdentity } from '../by-identity.ts';
import type { SourceFile } from '../source.ts';

/** A literal in a configuration file that is never shown, even if the file cannot be parsed. */
export interface Hidden {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Keys whose values are usually secrets, anywhere in the file. */
const secretName =
  /(?:^|[_.-])pass(?:$|[_.-])|passw(?:or)?d|pwd|passphrase|secret|token|credential|private_?key|api_?key/i;

export function looksSecret(name: string): boolean {
  return secretName.test(name);
}

/** `  password: hunter2`, also with a quoted key. */
const keyed = /^(\s*(?:- )?)(["']?)([\w.-]+)\2[ \t]*:(?=\s|$|["'[{])[ \t]*/;
/** A key anywhere in a line: `{ url: a, password: hunter2 }`. */
const anyKey = /(?<![\w.-])["']?([\w.-]+)["']?[ \t]*:(?=\s|$|["'[{])[ \t]*/g;

function isSecret(key: string): boolean {
  return key === 'secrets' || looksSecret(key);
}

/** A value that reveals nothing. */
const harmless = /^(?:(["']?)\$\{\s*[\w.-]+\s*(?:\|[\w\s|-]*)?\}\1|[[{|>]?)[ \t]*(?:#.*)?$/;

/**
 * The literals under `secrets`, and those of keys with names of secrets. They are found line by line, because this is
 * mostly needed for files that cannot be parsed. In doubt, a literal is hidden.
 */
export const hiddenIn = byIdentity(({ text }: SourceFile): readonly Hidden[] => {
  const found: Hidden[] = [];
  /** The block under a secret key. It ends at the first line that is not indented more deeply. */
  let block: { readonly indent: number; readonly name: string } | undefined;
  let flow = 0;
  let at = 0;
  for (const line of text.split('\n')) {
    const start = at;
    at += line.length + 1;
    const indent = line.search(/\S/);
    if (indent === -1 || line[indent] === '#') continue;
    if (block !== undefined && flow <= 0 && indent <= block.indent) block = undefined;
    const [head = '', , , name = ''] = keyed.exec(line) ?? [];
    const inside = [...line.matchAll(anyKey)].find(([, key = '']) => isSecret(key));
    if (block === undefined && inside === undefined) continue;
    if (block === undefined && isSecret(name)) block = { indent, name };
    const from =
      block !== undefined ? (name === '' ? indent : head.length) : (inside?.index ?? 0) + (inside?.[0].length ?? 0);
    const value = line.slice(from);
    flow += count(value, /[{[]/g) - count(value, /[}\]]/g);
    if (harmless.test(value) && (name !== '' || value === '')) continue;
    const end = start + line.replace(/\r$/, '').length;
    const shown = block === undefined ? inside?.[1] : name;
    if (end > start + from)
      found.push({
        name: shown === undefined || shown === '' || shown === 'secrets' ? 'secret' : shown,
        start: start + from,
        end,
      });
  }
  return found;
});

function count(text: string, sign: RegExp): number {
  return text.match(sign)?.length ?? 0;
}

/** The possible values in a hidden range: each of its words, without quotes. */
export function literalsIn(
  { text }: SourceFile,
  hidden: readonly Hidden[],
): readonly { readonly name: string; readonly value: string }[] {
  return hidden.flatMap(({ name, start, end }) => {
    const line = text.slice(start, end).trim();
    const quoted = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'/g)].map(
      ([, double, single]) => double ?? single ?? '',
    );
    const plain = line.split(/[{}[\],]/).flatMap((part) => part.replace(/^\s*[\w.-]+\s*:\s/, '').trim());
    return [...quoted, ...plain, unquoted(line)]
      .filter((value) => value.length >= shortest && !common.test(value) && !value.includes('${'))
      .map((value) => ({ name, value }));
  });
}

/** Shorter pieces of a broken line occur in every message, and so do these words. */
const shortest = 4;
const common = /^(?:true|false|null|none|secrets?|variables|password)$/i;

function unquoted(line: string): string {
  return line.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/s, '$2');
}
