import { byIdentity } from '../by-identity.ts';
import type { SourceFile } from '../source.ts';

/** A literal of a configuration file that is never shown: its value is in the file, whether the file can be read or not. */
export interface Hidden {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Keys whose values people take for secrets, wherever they stand. */
const secretName =
  /(?:^|[_.-])pass(?:$|[_.-])|passw(?:or)?d|pwd|passphrase|secret|token|credential|private_?key|api_?key/i;

export function looksSecret(name: string): boolean {
  return secretName.test(name);
}

/** `  password: hunter2`, quoted keys too. */
const keyed = /^(\s*(?:- )?)(["']?)([\w.-]+)\2[ \t]*:(?=\s|$|["'[{])[ \t]*/;
/** A key anywhere in a line: `{ url: a, password: hunter2 }`. */
const anyKey = /(?<![\w.-])["']?([\w.-]+)["']?[ \t]*:(?=\s|$|["'[{])[ \t]*/g;

function isSecret(key: string): boolean {
  return key === 'secrets' || looksSecret(key);
}

/** A value that gives nothing away. */
const harmless = /^(?:(["']?)\$\{\s*[\w.-]+\s*(?:\|[\w\s|-]*)?\}\1|[[{|>]?)[ \t]*(?:#.*)?$/;

/**
 * The literals under `secrets`, and of keys that are named like secrets. Found line by line, since what is to be shown is
 * mostly that the file cannot be parsed; so rather too much than too little.
 */
export const hiddenIn = byIdentity(({ text }: SourceFile): readonly Hidden[] => {
  const found: Hidden[] = [];
  /** The block under a secret key: it ends with the first line that is indented no deeper. */
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

/** The values among a hidden stretch: each word of it that could be one, without its quotes. */
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

/** Shorter pieces of a broken line stand in every message, and so do these words. */
const shortest = 4;
const common = /^(?:true|false|null|none|secrets?|variables|password)$/i;

function unquoted(line: string): string {
  return line.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/s, '$2');
}
