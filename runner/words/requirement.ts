import { inUnits } from '../duration.ts';
import { takes } from '../matchers/parts.ts';
import type { Condition, Expectation, Matcher, Untagged } from '../plan.ts';
import { visible } from '../visible.ts';
import { dataWords, quoteResponse } from './condition.ts';
import { matcherWords } from './matcher.ts';
import { predicateWords } from './predicate.ts';
import { all, either, quote, written } from './text.ts';

/** What a server must do, as the rest of a sentence about it: `replies 250, offers STARTTLS, not AUTH`. */
export function requirementWords(expectation: Expectation): string {
  return visible(inWords(expectation));
}

/** The same as separate parts: what a check must find. */
export function requirementParts(expectation: Expectation): readonly string[] {
  return expectation.kind === 'reply'
    ? partsOf(expectation.conditions).map((part) => visible(shown(part)))
    : [requirementWords(expectation)];
}

function inWords(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'closed':
      return `closes the connection${expectation.by === undefined ? '' : ` by ${either(expectation.by)}`}`;
    case 'nothing':
      return `says nothing for ${inUnits(expectation.for)}`;
    case 'reply':
      return sentence(partsOf(expectation.conditions));
  }
}

function sentence(parts: readonly Part[]): string {
  const [first] = parts;
  const words = parts.map(shown).join(', ');
  if (first?.of === 'denial') return `replies, ${words}`;
  return first === undefined || first.of === 'reply' ? `replies ${words}`.trimEnd() : words;
}

/**
 * `status`: needs a verb. `reply`: a property of a reply; needs a verb if it comes first. `denial`: what the reply must
 * not have.
 */
interface Part {
  readonly of: 'server' | 'status' | 'reply' | 'denial';
  readonly words: string;
}

function shown({ of, words }: Part): string {
  return of === 'status' ? `replies ${words}` : words;
}

/** Kinds of conditions that are worded together, in the order of a sentence. */
function partsOf(conditions: readonly Condition[]): readonly Part[] {
  const of = <Kind extends Condition['kind']>(...kinds: readonly Kind[]) =>
    conditions.filter((each): each is Extract<Condition, { readonly kind: Kind }> =>
      (kinds as readonly string[]).includes(each.kind),
    );
  const status = distinct([
    ...of('code').map(({ codes }) => either(codes.map(written))),
    ...of('status').map(({ statuses }) => either(statuses.map(written))),
  ]);
  const begins = distinct(of('begins').map(({ text }) => quote(text)));
  const told = of('untagged').flatMap(({ want }) => want);
  const untold = told.filter(({ forbidden }) => forbidden);
  const wanted = told.filter(({ forbidden }) => !forbidden);
  const stated: readonly Part[] = status.length === 0 ? [] : [{ of: 'status', words: status.join(' and ') }];
  return [
    ...stated,
    ...reply(...of('enhanced').map(({ codes }) => `with the enhanced code ${either(codes.map(written))}`)),
    ...reply(...of('response_code').map(({ matcher }) => `with the response code ${matcherWords(matcher)}`)),
    ...reply(begins.length > 0 && `with ${begins.length === 1 ? 'a line' : 'lines'} beginning ${all(begins)}`),
    ...reply(...of('text').map(({ matcher }) => textWords(matcher))),
    ...reply(...of('raw').map(({ matcher }) => `with octets that are ${matcherWords(matcher)}`)),
    ...server(offerWords(of('extension', 'capability'))),
    ...server(wanted.length > 0 && `sends ${all(wanted.map(untaggedWords))}`),
    ...server(untold.length > 0 && `does not send ${either(untold.map(untaggedWords))}`),
    ...reply(...of('lines').map(({ order, items }) => `${orders[order]}: ${all(items.map(matcherWords))}`)),
    ...reply(...of('lines_value').map(({ matcher }) => `with lines: ${matcherWords(matcher)}`)),
    ...server(...of('field').map(({ name, matcher }) => predicateWords(name, matcher))),
    ...server(...of('one_of').map((condition) => either(condition.of.map(inWords)))),
    ...of('not').map((condition): Part => ({ of: 'denial', words: denialWords(condition.of, stated) })),
    ...server(...of('within').map(({ ms }) => `within ${inUnits(ms)}`)),
    ...server(...of('after').map(({ ms }) => `no sooner than after ${inUnits(ms)}`)),
  ];
}

/** `but not with text matching /x/`, `but not 250`; a status that was already stated is not repeated. */
function denialWords(expectation: Expectation, [stated]: readonly Part[]): string {
  const parts = expectation.kind === 'reply' ? partsOf(expectation.conditions) : [];
  const denied = parts.filter(({ of, words }) => of !== 'status' || words !== stated?.words);
  if (denied.length > 0 && denied.every(({ of }) => of === 'reply' || of === 'status'))
    return `but not ${denied.map(({ words }) => words).join(', ')}`;
  return `but not: ${inWords(expectation)}`;
}

/** `with text containing "x"`, `with the text "x"` */
function textWords(matcher: Matcher): string {
  if (takes(matcher, 'text') || takes(matcher, 'pattern')) return `with ${matcherWords(matcher)}`;
  const subject = matcher.kind === 'equals' ? 'the text' : `text that ${matcher.kind === 'length' ? 'has' : 'is'}`;
  return `with ${subject} ${matcherWords(matcher)}`;
}

function server(...words: readonly (string | false)[]): readonly Part[] {
  return words.flatMap((each) => (each === false ? [] : [{ of: 'server', words: each }]));
}

function reply(...words: readonly (string | false)[]): readonly Part[] {
  return words.flatMap((each) => (each === false ? [] : [{ of: 'reply', words: each }]));
}

const orders = { any: 'with lines', ordered: 'with lines in this order', exactly: 'with exactly the lines' } as const;

type Offer = Extract<Condition, { readonly kind: 'extension' | 'capability' }>;

/** `offers STARTTLS, AUTH with "PLAIN", not LOGINDISABLED` */
function offerWords(conditions: readonly Offer[]): string | false {
  if (conditions.length === 0) return false;
  const unwanted = conditions.filter(({ want }) => want === false).map(({ keyword }) => keyword);
  const wanted = conditions.flatMap(({ keyword, want }) => (want === false ? [] : [wantedOffer(keyword, want)]));
  if (wanted.length === 0) return `does not offer ${either(unwanted)}`;
  return `offers ${all(wanted)}${unwanted.length === 0 ? '' : `, not ${either(unwanted)}`}`;
}

function wantedOffer(keyword: string, want: true | Matcher): string {
  return want === true ? keyword : `${keyword} with ${matcherWords(want)}`;
}

function untaggedWords({ want }: Untagged): string {
  switch (want.form) {
    case 'begins':
      return quoteResponse(want.text);
    case 'text':
      return matcherWords(want.matcher);
    case 'data':
      return dataWords(want);
  }
}

function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
