import { isScalar, isSeq, type Node } from 'yaml';
import type { Actual, Mismatch, Sample, WantedCondition, WantedMatcher } from '../mismatch.ts';
import { inOneLine } from './edits.ts';
import { escapeText, isPlain } from './pieces.ts';

/** A value in YAML. */
type Literal = string | number | boolean | null;

/**
 * The replacement for a literal's node, as YAML; `undefined` if it is not a literal, or if a literal cannot express it.
 */
export function writtenFor(node: Node, mismatches: readonly Mismatch[], isEqual: boolean): string | undefined {
  if (isSeq(node)) {
    if (!node.items.every((item) => isScalar(item) && isLiteral(item.value, isEqual))) return undefined;
    const list = mismatches.length === 1 && mismatches[0] !== undefined ? listFor(mismatches[0]) : undefined;
    const items = list?.map((each) => spelled(each, isEqual));
    return items === undefined || items.length === 0 || items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  if (!isScalar(node) || !isLiteral(node.value, isEqual)) return undefined;
  const old = node.value as Literal;
  const value = mismatches.length === 1 ? valueFor(old, mismatches[0] as Mismatch) : shortForm(old, mismatches);
  if (value === undefined) return undefined;
  const written = spelled(value, isEqual);
  if (written === undefined || typeof value !== 'string' || value.startsWith('/')) return written;
  if (node.type === 'QUOTE_DOUBLE') return JSON.stringify(escapeText(value));
  return node.type === 'QUOTE_SINGLE' ? `'${escapeText(value).replaceAll("'", "''")}'` : written;
}

/** Whether it is neither a pattern nor contains a variable. */
function isLiteral(value: unknown, isEqual: boolean): boolean {
  if (typeof value !== 'string') return typeof value === 'number' || typeof value === 'boolean' || value === null;
  return !value.includes('${') && (isEqual || !/^\/.*\/[a-z]*$/s.test(value));
}

function spelled(value: Literal, isEqual: boolean): string | undefined {
  if (typeof value !== 'string') return inOneLine(value);
  // The secret itself has been replaced by its name.
  if (!isPlain(value) || /«[^»]*»/.test(value)) return undefined;
  return inOneLine(value.startsWith('/') && !isEqual ? { equals: escapeText(value) } : escapeText(value));
}

function valueFor(old: Literal, mismatch: Mismatch): Literal | undefined {
  const { expected, actual } = mismatch;
  if (expected.kind === 'announcement' && typeof old === 'boolean' && old === expected.announced) return !old;
  if (expected.kind === 'matcher') return likeOld(old, equalTo(expected.matcher, actual));
  return expected.kind === 'condition' ? shortForm(old, [mismatch]) : undefined;
}

function equalTo(matcher: WantedMatcher, actual: Actual): Literal | undefined {
  if (matcher.kind === 'equals' && actual.kind === 'value' && actual.unfit === undefined)
    return literalIn(actual.value);
  return matcher.kind === 'length' && matcher.matcher.kind === 'equals' && actual.kind === 'length'
    ? actual.length
    : undefined;
}

function literalIn(sample: Sample): Literal | undefined {
  return typeof sample === 'object' && sample !== null ? undefined : sample;
}

/** A value that was sent is text; a number remains a number. */
function likeOld(old: Literal, value: Literal | undefined): Literal | undefined {
  return typeof old === 'number' && typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** `250`, `OK`, `5.7.1`, or `250 ready`: a status, optionally followed by the beginning of the text. */
function shortForm(old: Literal, mismatches: readonly Mismatch[]): Literal | undefined {
  const [, status, text] = /^(\S+)(?: (.*))?$/s.exec(String(old)) ?? [];
  if (status === undefined) return undefined;
  let [newStatus, newText] = [status, text];
  for (const { expected, actual } of mismatches) {
    if (expected.kind !== 'condition') return undefined;
    const said = saidInstead(expected.condition, actual);
    if (said === undefined || (said.text === undefined && said.old !== status)) return undefined;
    newStatus = said.status ?? newStatus;
    newText = said.text ?? newText;
  }
  return likeOld(old, newText === undefined ? newStatus : `${newStatus} ${newText}`);
}

interface Said {
  /** The expected status. */
  readonly old?: string;
  readonly status?: string;
  readonly text?: string;
}

function saidInstead(condition: WantedCondition, actual: Actual): Said | undefined {
  switch (condition.kind) {
    case 'code':
      return actual.kind === 'reply' ? only(condition.codes, actual.status) : undefined;
    case 'status':
      return actual.kind === 'reply' ? only(condition.statuses, actual.status) : undefined;
    case 'enhanced':
      return actual.kind === 'enhanced code' ? only(condition.codes, actual.code) : undefined;
    case 'begins': {
      const lines = actual.kind === 'lines' ? actual.value : undefined;
      const [line, ...more] = typeof lines === 'object' && lines?.kind === 'list' ? lines.items : [];
      return typeof line === 'string' && more.length === 0 ? { text: line } : undefined;
    }
    default:
      return undefined;
  }
}

/** `2xx` and lists of codes are rules, not a server's reply. */
function only(wanted: readonly unknown[], status: string): Said | undefined {
  const [old, ...others] = wanted;
  return typeof old === 'string' && others.length === 0 && !/x/i.test(old) ? { old, status } : undefined;
}

/** The actual list; for one that only names what must be in it, what is left of it. */
function listFor({ expected, actual }: Mismatch): readonly Literal[] | undefined {
  if (expected.kind !== 'matcher' || actual.kind !== 'value') return undefined;
  const { matcher } = expected;
  if (matcher.kind !== 'exactly' && matcher.kind !== 'holds') return undefined;
  const wanted = matcher.items.map((item) => (item.kind === 'equals' ? literalIn(item.value as Sample) : undefined));
  const present = wordsIn(actual.value);
  if (present === undefined || wanted.includes(undefined)) return undefined;
  if (matcher.kind === 'exactly') return present;
  const has = new Set(present.map(String));
  return (wanted as readonly Literal[]).filter((each) => has.has(String(each)));
}

function wordsIn(sample: Sample): readonly Literal[] | undefined {
  if (typeof sample === 'string') return sample.split(' ').filter((word) => word !== '');
  if (typeof sample !== 'object' || sample?.kind !== 'list' || sample.more > 0) return undefined;
  const items = sample.items.map(literalIn);
  return items.includes(undefined) ? undefined : (items as readonly Literal[]);
}
