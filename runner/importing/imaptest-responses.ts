import { escapeText } from '../authoring/pieces.ts';
import type { Written, WrittenMap } from '../authoring/written.ts';
import { escapePattern } from '../encoding.ts';
import { type Argument, readArguments } from './imaptest-arguments.ts';
import type { Variables } from './imaptest-variables.ts';

/** What a reply must contain: entries of `untagged`, and codes of `response_code`. */
export interface Wanted {
  readonly untagged: readonly Written[];
  readonly codes: readonly Written[];
  /** The patterns of a step's `capture`. */
  readonly captures?: WrittenMap;
}

const entries = (...untagged: readonly Written[]): Wanted => ({ untagged, codes: [] });

/** An untagged response, without `* `. */
export function wantedResponse(text: string, variables: Variables): Wanted | undefined {
  const coded = /^(?:ok|no|bad|bye|preauth) \[(.*)\]$/is.exec(text);
  if (coded?.[1] !== undefined) {
    const code = responseCode(coded[1], variables);
    return code === undefined ? undefined : { untagged: [], codes: [code] };
  }
  const all = readArguments(text);
  const [first, second] = all ?? [];
  if (all === undefined || first?.kind !== 'atom') return undefined;
  const numbered = /^(\$?)(\d+)$/.exec(first.text);
  const name = (numbered ? atomOf(second) : first.text).toUpperCase();
  const rest = all.slice(numbered ? 2 : 1);
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (reader === undefined) return byPattern(all, variables);
  const place: Place = numbered ? { [numbered[1] === '$' ? 'original' : 'seq']: Number(numbered[2]) } : {};
  return reader(rest, variables, place) ?? byPattern(all, variables);
}

/** `! ` forbids the response; a variable that would be captured matches anything. */
export function unwantedResponse(text: string, variables: Variables): Wanted | undefined {
  const wanted = wantedResponse(text, variables);
  if (wanted === undefined || wanted.codes.length > 0) return undefined;
  return entries(...wanted.untagged.map((each) => ({ none: withoutCaptures(each) })));
}

function withoutCaptures(value: Written): Written {
  if (Array.isArray(value)) return (value as readonly Written[]).map(withoutCaptures);
  if (typeof value !== 'object') return value;
  const map = value as WrittenMap;
  if ('capture' in map) return true;
  return Object.fromEntries(Object.entries(map).map(([key, each]) => [key, withoutCaptures(each)]));
}

/** The message's number, or its number when the command began. */
type Place = Readonly<Record<string, number>>;

type Reader = (rest: readonly Argument[], variables: Variables, place: Place) => Wanted | undefined;

const numberOf =
  (name: string): Reader =>
  (_rest, _variables, place) => {
    const [[kind, number] = []] = Object.entries(place);
    if (kind === undefined || number === undefined) return undefined;
    return entries({ [name]: kind === 'seq' ? number : { [kind]: number } });
  };

const numbersOf =
  (name: string): Reader =>
  (rest, variables) => {
    const numbers = rest.filter(({ kind }) => kind === 'atom');
    const modseq = rest.find(({ kind }) => kind === 'list');
    const values = numbers.map((each) => variables.value(atomOf(each)));
    if (!isComplete(values)) return undefined;
    const known = values.every((value) => typeof value !== 'object');
    const list: WrittenMap =
      values.length === 0
        ? { length: 0 }
        : known
          ? { equals: values }
          : { all_of: [{ length: values.length }, { ordered: values }] };
    const stamp = modseq?.kind === 'list' ? variables.value(atomOf(modseq.items[1])) : undefined;
    return entries({ [name]: list }, ...(stamp === undefined ? [] : [{ [name]: { MODSEQ: stamp } }]));
  };

const flagsOf = (list: Argument | undefined, isExact: boolean, variables: Variables): Written | undefined => {
  if (list?.kind !== 'list') return undefined;
  const banned = list.items.flatMap((each) => /^\$!ban=(.*)$/.exec(atomOf(each))?.[1] ?? []);
  const directives = list.items.filter((each) => atomOf(each).startsWith('$!'));
  const values = list.items.filter((each) => !directives.includes(each)).map((each) => variables.fill(atomOf(each)));
  if (!isComplete(values)) return undefined;
  const loose = directives.length > 0 ? !directives.some((each) => atomOf(each) === '$!noextra') : !isExact;
  if (!loose) return values.length === 0 ? { length: 0 } : { equals: values };
  return { ...(values.length > 0 && { includes: values }), ...(banned.length > 0 && { excludes: banned }) };
};

const mailbox =
  (name: string): Reader =>
  ([attributes, delimiter, box], variables) => {
    const flags = flagsOf(attributes, false, variables);
    const values = { delimiter: variables.value(atomOf(delimiter)), name: variables.value(atomOf(box)) };
    if (flags === undefined || values.name === undefined) return undefined;
    const isNamed = Object.keys(flags as WrittenMap).length > 0;
    const separator =
      values.delimiter === undefined || /^nil$/i.test(atomOf(delimiter)) ? {} : { delimiter: values.delimiter };
    return entries({ [name]: { ...(isNamed && { attributes: flags }), ...separator, [keyOf(box)]: values.name } });
  };

/** `name` for a decoded mailbox name, `encoded` for one as the server sent it. */
function keyOf(box: Argument | undefined): string {
  return atomOf(box).includes('&') ? 'encoded' : 'name';
}

const readers: Readonly<Record<string, Reader>> = {
  EXISTS: numberOf('EXISTS'),
  RECENT: numberOf('RECENT'),
  EXPUNGE: numberOf('EXPUNGE'),
  SEARCH: numbersOf('SEARCH'),
  SORT: numbersOf('SORT'),
  LIST: mailbox('LIST'),
  LSUB: mailbox('LSUB'),
  FLAGS([list], variables) {
    const flags = flagsOf(list, false, variables);
    return flags === undefined ? undefined : entries({ FLAGS: flags });
  },
  STATUS([box, list], variables) {
    const fields = fieldsOf(list, variables);
    const name = variables.value(atomOf(box));
    if (fields === undefined || name === undefined) return undefined;
    return entries({ STATUS: { [keyOf(box)]: name, ...fields } });
  },
  ESEARCH(rest, variables) {
    // The results of SEARCH's extensions are lists.
    if (rest.some(({ kind }, at) => kind === 'list' && at > 0)) return undefined;
    const [correlator] = rest;
    const tag = correlator?.kind === 'list' ? atomOf(correlator.items[1]) : '';
    const items = rest.filter(({ kind }) => kind === 'atom').map(atomOf);
    const fields: { [key: string]: Written } = {};
    // `$tag` is the command's own tag.
    const wanted = tag === '' || tag === '$tag' ? undefined : variables.value(tag);
    if (wanted !== undefined) fields['tag'] = wanted;
    for (let at = 0; at < items.length; at++) {
      const key = (items[at] ?? '').toUpperCase();
      if (key === 'UID') fields['UID'] = true;
      else {
        const value = variables.value(items[++at] ?? '');
        if (value === undefined || !/^(?:MIN|MAX|COUNT|ALL|MODSEQ)$/.test(key)) return undefined;
        fields[key] = key === 'ALL' && typeof value !== 'object' && value !== true ? { set: String(value) } : value;
      }
    }
    return entries(Object.keys(fields).length === 0 ? { ESEARCH: { COUNT: false, ALL: false } } : { ESEARCH: fields });
  },
  FETCH([list], variables, place) {
    if (list?.kind !== 'list') return undefined;
    const data: { [key: string]: Written } = {};
    const patterns: Written[] = [];
    for (let at = 0; at < list.items.length; at += 2) {
      const key = atomOf(list.items[at]).toUpperCase();
      const item = list.items[at + 1];
      const value = fetched(key, item, variables);
      if (value !== undefined) data[key] = value;
      else {
        const source = item && sourceOf(item, variables);
        if (source === undefined) return undefined;
        const number = place['seq'] ?? '\\d+';
        patterns.push(`/(?is)^${number} FETCH \\(.*${escapePattern(key)} ${source}/`);
      }
    }
    const isEmpty = Object.keys(data).length === 0 && patterns.length > 0;
    return entries(...(isEmpty ? [] : [{ FETCH: { ...place, ...data } }]), ...patterns);
  },
};

function fetched(key: string, item: Argument | undefined, variables: Variables): Written | undefined {
  if (key === 'FLAGS') return flagsOf(item, true, variables);
  if (item?.kind === 'list') {
    if (item.items.every((each) => atomOf(each).startsWith('$!'))) return true;
    return key === 'MODSEQ' ? variables.value(atomOf(item.items[0])) : undefined;
  }
  if (item === undefined || (item.kind === 'atom' && /^nil$/i.test(item.text))) return undefined;
  // Imaptest compares C strings: after a NUL, anything may follow.
  const nul = item.text.indexOf('\0');
  if (nul >= 0) return { starts_with: escapeText(item.text.slice(0, nul + 1)) };
  return item.kind === 'string' && !item.text.includes('$') ? item.text : variables.value(item.text);
}

function fieldsOf(list: Argument | undefined, variables: Variables): WrittenMap | undefined {
  if (list?.kind !== 'list') return undefined;
  const fields: { [key: string]: Written } = {};
  for (let at = 0; at < list.items.length; at += 2) {
    const value = variables.value(atomOf(list.items[at + 1]));
    if (value === undefined) return undefined;
    fields[atomOf(list.items[at]).toUpperCase()] = value;
  }
  return fields;
}

/** The content of brackets. */
export function responseCode(text: string, variables: Variables): Written | undefined {
  const [name = '', ...rest] = text.split(' ');
  const code = name.toUpperCase();
  const values = rest.map((each) => variables.value(each));
  if (!isComplete(values)) return undefined;
  const set = (value: Written | undefined): Written =>
    value === undefined || value === true || typeof value === 'object' ? (value ?? true) : { set: String(value) };
  if (values.length === 0) return code;
  if (code === 'COPYUID')
    return { [code]: { uidvalidity: values[0] ?? true, source: set(values[1]), destination: set(values[2]) } };
  if (code === 'APPENDUID') return { [code]: { uidvalidity: values[0] ?? true, uid: set(values[1]) } };
  const [value] = values;
  if (values.length === 1 && value !== undefined && !rest[0]?.startsWith('(')) return { [code]: value };
  return code;
}

/** A response without parsed data is compared as text. */
function byPattern(all: readonly Argument[], variables: Variables): Wanted | undefined {
  const names = namesIn(all, variables);
  const source = sourcesOf(all, variables);
  if (source === undefined) return undefined;
  const captures = names.map((name) => [name, `/(?im)^\\* ${sourcesOf(all, variables, name)}/`] as const);
  for (const name of names) variables.bind(name);
  // Nothing may follow THREAD's data; after others, extensions may add something.
  const end = /^thread$/i.test(atomOf(all[0])) ? '$' : '';
  return { ...entries(`/(?is)^${source}${end}/`), captures: Object.fromEntries(captures) as WrittenMap };
}

/** The variables in it that get their value here. */
function namesIn(all: readonly Argument[], variables: Variables): readonly string[] {
  const names = all.flatMap((each): readonly string[] => {
    if (each.kind === 'list') return namesIn(each.items, variables);
    const name = variables.unbound(each.text);
    return name === undefined || name === 'tag' ? [] : [name];
  });
  return [...new Set(names)];
}

/**
 * Lists may follow each other without a space: those of THREAD, and the addresses of an ENVELOPE. `captured`: the
 * variable that the pattern's group captures.
 */
function sourcesOf(all: readonly Argument[], variables: Variables, captured?: string): string | undefined {
  const sources = all.map((each) => sourceOf(each, variables, captured));
  if (!isComplete(sources)) return undefined;
  return sources
    .map((source, at) => (at === 0 ? source : `${all[at]?.kind === 'list' ? ' ?' : ' '}${source}`))
    .join('');
}

function sourceOf(argument: Argument, variables: Variables, captured?: string): string | undefined {
  if (argument.kind === 'list') {
    const items = argument.items.filter((each) => !atomOf(each).startsWith('$!'));
    if (items.length < argument.items.length) return '\\(.*?\\)';
    const source = sourcesOf(items, variables, captured);
    return source === undefined ? undefined : `\\(${source}\\)`;
  }
  if (argument.text === '$') return '(?:"[^"]*"|\\([^()]*\\)|[^ ()"]+)';
  const name = variables.unbound(argument.text);
  if (name !== undefined) return name === captured ? '"?([^ ()"]+)"?' : '"?[^ ()"]+"?';
  const source = variables.fill(argument.text, escapePattern);
  if (source === undefined) return undefined;
  if (argument.kind === 'atom' && /^[\w\\]+$/.test(argument.text)) return source;
  return `(?:"${source}"|${source === '' ? '""' : source}|\\{\\d+\\}\\r?\\n${source})`;
}

function atomOf(argument: Argument | undefined): string {
  return argument === undefined || argument.kind === 'list' ? '' : argument.text;
}

function isComplete<Value>(values: readonly (Value | undefined)[]): values is readonly Value[] {
  return values.every((value) => value !== undefined);
}
