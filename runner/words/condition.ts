import { inUnits } from '../duration.ts';
import type { Excerpt } from '../excerpt.ts';
import type { ConditionForm, ExpectationForm, Text, UntaggedForm } from '../plan.ts';
import { type AnyMatcher, matcherWords } from './matcher.ts';
import { either, enumerate, quote, written } from './text.ts';

type AnyText = Text | Excerpt;
type AnyCondition = ConditionForm<AnyText, unknown>;
type Offer = Extract<AnyCondition, { readonly kind: 'extension' | 'capability' }>;

/** What an expectation requires, in words that follow "expected". */
export function expectationWords(expectation: ExpectationForm<AnyText, unknown>): string {
  switch (expectation.kind) {
    case 'closed':
      return `the end of the connection${expectation.by === undefined ? '' : ` by ${either(expectation.by)}`}`;
    case 'nothing':
      return `nothing for ${inUnits(expectation.for)}`;
    case 'reply':
      return expectation.conditions.map(conditionWords).join(' and ') || 'a reply';
  }
}

export function conditionWords(condition: AnyCondition): string {
  switch (condition.kind) {
    case 'code':
    case 'enhanced':
      return alternativeWords(condition.codes);
    case 'status':
      return alternativeWords(condition.statuses);
    case 'response_code':
      return `the response code ${matcherWords(condition.matcher)}`;
    case 'begins':
      return `a line that begins with ${quote(condition.text)}`;
    case 'text':
      return matcherWords(condition.matcher);
    case 'raw':
      return `the octets ${matcherWords(condition.matcher)}`;
    case 'extension':
    case 'capability':
      return offerWords(condition);
    case 'untagged':
      return condition.want.map(untaggedWords).join(' and ');
    case 'lines':
      return `${orders[condition.order]}: ${enumerate(condition.items, matcherWords)}`;
    case 'lines_value':
      return `lines: ${matcherWords(condition.matcher)}`;
    case 'one_of':
      return `one of: ${condition.of.map(expectationWords).join(' · ')}`;
    case 'not':
      return `anything but ${expectationWords(condition.of)}`;
    case 'within':
      return `within ${inUnits(condition.ms)}`;
    case 'after':
      return `no sooner than after ${inUnits(condition.ms)}`;
    case 'field':
      return `${condition.name}: ${matcherWords(condition.matcher)}`;
  }
}

const orders = { any: 'lines', ordered: 'lines, in this order', exactly: 'exactly the lines' } as const;

function alternativeWords(alternatives: readonly AnyText[]): string {
  const texts = alternatives.map((each) => (typeof each === 'object' && 'kind' in each ? each.start : written(each)));
  return either(texts);
}

function offerWords({ kind, keyword, want }: Offer): string {
  const noun = `${kind} ${keyword}`;
  if (typeof want === 'boolean') return want ? `the ${noun}` : `no ${noun}`;
  return `the ${noun} with ${matcherWords(want)}`;
}

export function untaggedWords({ want, forbidden, every }: UntaggedForm<AnyText, unknown>): string {
  const article = forbidden ? 'no untagged' : every ? 'every untagged' : 'an untagged';
  switch (want.form) {
    case 'begins':
      return `${article} response that begins with ${quoteResponse(want.text)}`;
    case 'text':
      return `${article} response: ${matcherWords(want.matcher)}`;
    case 'data':
      return `${article} ${dataWords(want)}`;
  }
}

/** `EXISTS 3`, `SEARCH with a length of 2` */
export function dataWords({ name, matcher }: { readonly name: string; readonly matcher: AnyMatcher }): string {
  // `QUOTA: true` asks only for the response.
  if (matcher.kind === 'equals' && matcher.value === true) return name;
  const words = matcherWords(matcher);
  return `${name}${/^[{[("\d]/.test(words) ? '' : ' with'} ${words}`;
}

/** An untagged response as it is sent. */
export function quoteResponse(text: AnyText): string {
  if (typeof text === 'string') return quote(`* ${text}`);
  return 'kind' in text
    ? quote({ ...text, start: `* ${text.start}`, length: text.length + 2 })
    : quote(`* ${written(text)}`);
}
