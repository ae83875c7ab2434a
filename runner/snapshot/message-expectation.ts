import type { ExactContext, Precision } from '../authoring/exact.ts';
import { generalizing, preserving, type Vocabulary } from '../authoring/generalize.ts';
import { isPlain, sourceOf } from '../authoring/pieces.ts';
import type { Written } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import type { Reply } from '../protocol/reply.ts';
import { type Fields, isWords, type Value } from '../value.ts';

/** The form of message ids: the number of digits and letters, and what is between them. */
export function uidlExpectation(reply: Reply, precision: Precision): Written | undefined {
  if (reply.protocol !== 'pop3') return undefined;
  if (reply.body === undefined) {
    const [, id] = /^\d+ (\S+)$/.exec(reply.text) ?? [];
    const form = id === undefined || precision === 'status' ? undefined : formOf(id, precision);
    return { status: reply.status, ...(form !== undefined && { text: `/^\\d+ ${form}$/` }) };
  }
  if (precision === 'status') return { status: reply.status };
  const forms = [...new Set(reply.body.map((line) => formOf(line.replace(/^\d+ /, ''), precision)))];
  const [form, ...others] = forms;
  if (form === undefined || others.length > 0) return undefined;
  return { status: reply.status, lines: { count: { [`/^\\d+ ${form}$/`]: { at_least: 1 } } } };
}

/**
 * Chance determines which digits a hexadecimal number has, and how long a decimal number is: only a hexadecimal number
 * of fixed length keeps its length. Leading zeros distinguish a small number from a time.
 */
function formOf(id: string, precision: Precision): string {
  return id.replace(/[A-Za-z0-9]+|[^A-Za-z0-9]/g, (run) => {
    if (!/[A-Za-z0-9]/.test(run)) return run.replace(/[\\^.|?*+()[\]{}/$]/g, '\\$&');
    if (/^[0-9A-Fa-f]{8,}$/.test(run)) {
      const zeros = run.startsWith('000') ? '000' : '';
      return precision === 'exact' ? `${zeros}[0-9A-Fa-f]{${run.length - zeros.length}}` : '[0-9A-Fa-f]+';
    }
    return /^[0-9]+$/.test(run) ? '[0-9]+' : '[0-9A-Za-z]+';
  });
}

const parts = ['BODY[HEADER]', 'BODY[TEXT]'] as const;

/** A message's header or text, as FETCH returns it. */
export function messageExpectation(reply: Reply, precision: Precision, context: ExactContext): Written | undefined {
  const found = partIn(reply);
  if (found === undefined) return undefined;
  const pattern = messagePattern(found.text, precision, context);
  return { status: 'OK', untagged: [{ FETCH: { [found.part]: pattern } }] };
}

/** A message in a mailbox's files. */
export function storedExpectation(seen: Seen, precision: Precision, context: ExactContext): Written | undefined {
  const source = storedSource(seen, context.vocabulary);
  if (source === undefined) return undefined;
  return { messages: [{ subject: '/${scenario.id}/', source: messagePattern(source, precision, context) }] };
}

/** The message with this scenario's id. */
export function storedSource(seen: Seen, { tokens }: Vocabulary): string | undefined {
  const messages = seen.kind === 'check' ? seen.evidence['messages'] : undefined;
  const [id = ''] = tokens?.keys() ?? [];
  return (Array.isArray(messages) ? (messages as readonly Value[]) : [])
    .map((each) => textAt(each, 'source'))
    .find((each) => each.includes(id));
}

function textAt(value: Value, key: string): string {
  const found = typeof value === 'object' && value !== null ? (value as Fields)[key] : undefined;
  return typeof found === 'string' ? found : isWords(found) ? found.text : '';
}

/** All its lines in order, each with the parts that do not change. */
function messagePattern(text: string, precision: Precision, context: ExactContext): string {
  const generalize = (precision === 'exact' ? preserving : generalizing)(context.vocabulary);
  const source = text.replaceAll('\r\n', '\n');
  const written = source.replace(/\n+$/, '');
  const end = '\\r?\\n'.repeat(source.length - written.length);
  let isHeader = true;
  const patterns = written.split(/\n(?![ \t])/).map((line) => {
    if (line === '') isHeader = false;
    const name = isHeader ? /^[!-9;-~]+(?=:)/.exec(line)?.[0] : undefined;
    if (precision === 'status')
      return name === undefined ? '.*' : `${sourceOf([{ kind: 'literal', text: name }])}:.*(?:\\r?\\n[ \\t].*)*`;
    if (name !== undefined && /^(?:DKIM-Signature|ARC-\S+)$/i.test(name))
      return signatureSource(name, line, generalize);
    return line
      .split('\n')
      .map((part) => lineSource(part, generalize))
      .join('\\r?\\n');
  });
  return `/^${patterns.join('\\r?\\n')}${end}$/`;
}

/** Any value of a field, which may be folded (RFC 5322 section 2.2.3). */
const folded = '(?:[^\\n]|\\n[ \\t])*?';
/** RFC 6376 section 3.5: the tags of a signature that say whose it is and how it is made. */
const lastingTags: ReadonlySet<string> = new Set(['v', 'a', 'c', 'd', 's']);

function signatureSource(name: string, line: string, generalize: ReturnType<typeof generalizing>): string {
  const tags = line.slice(name.length + 1).split(';');
  const kept = tags.map((tag) => tag.trim()).filter((tag) => lastingTags.has(tag.split('=')[0] ?? '') && isPlain(tag));
  return `${name}:${[...kept.map((tag) => `${folded}${sourceOf(generalize(tag))}`), folded].join('')}`;
}

/** Longer lines are data. */
const longestLine = 300;
/** Whatever a server makes of octets that are not printable ASCII. */
const others = '[^ -~\\n]+';

function lineSource(line: string, generalize: ReturnType<typeof generalizing>): string {
  if (isPlain(line.replaceAll('\t', ' '))) return plainSource(line, generalize);
  if (line.length > longestLine) return '.*';
  return line
    .split(/([^ -~\t]+)/)
    .map((each, index) => (index % 2 === 0 ? plainSource(each, generalize) : others))
    .join('');
}

function plainSource(line: string, generalize: ReturnType<typeof generalizing>): string {
  return line
    .split('\t')
    .map((each) => sourceOf(generalize(each)))
    .join('\\t');
}

/** A message's header or text in a reply. */
export function partIn(reply: Reply): { readonly part: string; readonly text: string } | undefined {
  if (!('untagged' in reply)) return undefined;
  for (const { data } of reply.untagged) {
    if (typeof data !== 'object' || data === null) continue;
    for (const part of parts) {
      const value = (data as Fields)[part];
      if (typeof value === 'string') return { part, text: value };
      if (isWords(value)) return { part, text: value.text };
    }
  }
  return undefined;
}
