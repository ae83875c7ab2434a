import type { Condition, Expectation, Matcher, Text, Untagged } from '../plan.ts';
import type { Offer, ReplyParts } from '../protocol/serving/serving.ts';
import type { Span } from '../source.ts';

/** The parts that a reply needs to meet an expectation, or why the expectation does not determine them. */
export type Made =
  | {
      readonly parts: ReplyParts;
      /** Exactly these octets, as Latin-1. */
      readonly raw?: string;
      /** The least delay, in milliseconds. */
      readonly delay: number;
    }
  | { readonly unclear: Span };

type Fill = (text: Text) => string;

/** A mutable `ReplyParts` while the conditions are processed. */
interface Draft {
  status?: string;
  enhanced?: string;
  responseCode?: string;
  raw?: string;
  delay: number;
  readonly texts: string[];
  readonly lines: string[];
  readonly offers: Offer[];
  readonly untagged: string[];
}

/** The usual reply, without requirements. */
export const usualReply: ReplyParts = { texts: [], lines: [], offers: [], untagged: [] };

/** Thrown if only the author can say what the reply is. */
class Unclear extends Error {
  readonly span: Span;
  constructor(span: Span) {
    super('the reply is not determined');
    this.span = span;
  }
}

/** The parts of a reply that a literal expectation describes. */
export function partsOf(expectation: Expectation, fill: Fill): Made {
  const draft: Draft = { delay: 0, texts: [], lines: [], offers: [], untagged: [] };
  try {
    addExpectation(draft, expectation, fill);
  } catch (error) {
    if (error instanceof Unclear) return { unclear: error.span };
    throw error;
  }
  const { delay, raw, ...parts } = draft;
  return { parts, delay, ...(raw !== undefined && { raw }) };
}

function addExpectation(draft: Draft, expectation: Expectation, fill: Fill): void {
  if (expectation.kind !== 'reply') throw new Unclear(expectation.span);
  for (const condition of expectation.conditions) add(draft, condition, fill);
}

function add(draft: Draft, condition: Condition, fill: Fill): void {
  switch (condition.kind) {
    case 'code':
      draft.status = fill(condition.codes[0] ?? '');
      return;
    case 'status':
      draft.status = fill(condition.statuses[0] ?? '');
      return;
    case 'enhanced':
      draft.enhanced = fill(condition.codes[0] ?? '').replaceAll('x', '0');
      return;
    case 'response_code':
      draft.responseCode = literal(condition.matcher, fill);
      return;
    case 'begins':
      draft.texts.push(fill(condition.text));
      return;
    case 'text':
      draft.texts.push(literal(condition.matcher, fill));
      return;
    case 'lines':
      draft.lines.push(...condition.items.map((item) => literal(item, fill)));
      return;
    case 'raw':
      draft.raw = literal(condition.matcher, fill);
      return;
    case 'extension':
    case 'capability':
      addOffer(draft, condition, fill);
      return;
    case 'untagged':
      for (const each of condition.want) addUntagged(draft, each, fill);
      return;
    case 'one_of':
      addFirst(draft, condition, fill);
      return;
    case 'after':
      draft.delay = Math.max(draft.delay, condition.ms);
      return;
    case 'within':
    case 'not':
      // The finished reply is compared with these conditions.
      return;
    case 'lines_value':
    case 'field':
      throw new Unclear(condition.span);
  }
}

function addOffer(
  { offers }: Draft,
  { keyword, want }: Extract<Condition, { kind: 'extension' | 'capability' }>,
  fill: Fill,
): void {
  if (want === false) return;
  offers.push({ keyword, values: want === true ? [] : words(want, fill) });
}

/** Uses the first alternative that determines the reply. */
function addFirst(draft: Draft, { of, span }: Extract<Condition, { kind: 'one_of' }>, fill: Fill): void {
  for (const alternative of of) {
    const made = partsOf(alternative, fill);
    if ('unclear' in made) continue;
    const { texts, lines, offers, untagged, ...single } = made.parts;
    Object.assign(draft, single);
    draft.texts.push(...texts);
    draft.lines.push(...lines);
    draft.offers.push(...offers);
    draft.untagged.push(...untagged);
    return;
  }
  throw new Unclear(span);
}

function addUntagged(draft: Draft, { forbidden, every, want, span }: Untagged, fill: Fill): void {
  if (forbidden || every) return;
  switch (want.form) {
    case 'begins':
      draft.untagged.push(fill(want.text));
      return;
    case 'text':
      draft.untagged.push(literal(want.matcher, fill));
      return;
    case 'data': {
      // RFC 9051 section 7.4: a number, and what it counts.
      const value = want.matcher.kind === 'equals' ? want.matcher.value : undefined;
      if (typeof value !== 'number') throw new Unclear(span);
      draft.untagged.push(`${value} ${want.name}`);
    }
  }
}

/** The words of a list, or of a single text. */
function words(matcher: Matcher, fill: Fill): readonly string[] {
  switch (matcher.kind) {
    case 'exactly':
    case 'sequence':
    case 'holds':
    case 'ordered':
      return matcher.items.flatMap((item) => words(item, fill));
    case 'includes':
      return words(matcher.matcher, fill);
    case 'all_of':
      return matcher.of.flatMap((each) => words(each, fill));
    case 'excludes':
    case 'not':
      return [];
    case 'at_least':
    case 'at_most':
      return [scalar(matcher.value, fill)];
    default:
      return [literal(matcher, fill)];
  }
}

/** A text that matches, if the matcher names one. */
function literal(matcher: Matcher, fill: Fill): string {
  switch (matcher.kind) {
    case 'equals':
      return scalar(matcher.value, fill);
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return fill(matcher.value);
    case 'one_of': {
      const [first] = matcher.of;
      if (first === undefined) throw new Unclear(matcher.span);
      return literal(first, fill);
    }
    default:
      throw new Unclear(matcher.span);
  }
}

function scalar(value: Extract<Matcher, { kind: 'equals' }>['value'], fill: Fill): string {
  return typeof value === 'object' && value !== null ? fill(value) : typeof value === 'string' ? value : String(value);
}
