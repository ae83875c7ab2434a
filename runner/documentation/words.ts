import { describeDuration, describeMatcher, quote } from '../matchers/describe.ts';
import type { Scope } from '../matchers/verdict.ts';
import type { Condition, Expectation, Text, Untagged } from '../plan.ts';
import { visible } from '../visible.ts';

/** A text as its author wrote it: what is known only while running stands as its name. */
export function written(text: Text): string {
  if (typeof text === 'string') return text;
  return text.parts
    .map((part) => (typeof part === 'string' ? part : `\${${[part.name, ...part.filters].join('|')}}`))
    .join('');
}

/** Shows names instead of values. */
const names: Scope = { expand: written, capture: () => {} };

/** Names where values are expected: in a pattern they come escaped, and as a bound they are no number. */
function plain(words: string): string {
  return visible(words)
    .replace(/\\\$\\\{((?:\w|\\[.|])+)\\\}/g, (_match, name: string) => `\${${name.replaceAll('\\', '')}}`)
    .replace(/"(\$\{[^}"]+\})" \(which is no number, size, duration or date\)/g, '$1');
}

/** What a server must do, as the rest of a sentence that begins with it: `replies 250, offers STARTTLS, not AUTH`. */
export function expectationWords(expectation: Expectation): string {
  return plain(inWords(expectation));
}

/** The same, each of its parts alone: what a check must see. */
export function expectationParts(expectation: Expectation): readonly string[] {
  return expectation.kind === 'reply'
    ? conditionParts(expectation.conditions).map(plain)
    : [plain(inWords(expectation))];
}

function inWords(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'closed':
      return 'closes the connection';
    case 'nothing':
      return `says nothing for ${describeDuration(expectation.for)}`;
    case 'reply':
      return conditionWords(expectation.conditions) || 'replies';
  }
}

function conditionWords(conditions: readonly Condition[]): string {
  const words = conditionParts(conditions).join(', ');
  return words.startsWith('with') && !words.startsWith('within') ? `replies ${words}` : words;
}

/** Kinds of conditions that are told together, in the order of a sentence. */
function conditionParts(conditions: readonly Condition[]): readonly string[] {
  const of = <Kind extends Condition['kind']>(...kinds: readonly Kind[]) =>
    conditions.filter((each): each is Extract<Condition, { readonly kind: Kind }> =>
      (kinds as readonly string[]).includes(each.kind),
    );
  const status = distinct([
    ...of('code').map(({ codes }) => either(codes.map(written))),
    ...of('status').map(({ statuses }) => either(statuses.map(written))),
  ]);
  const begins = distinct(of('begins').map(({ text }) => quote(written(text))));
  const told = of('untagged').flatMap(({ want }) => want);
  return [
    ...(status.length > 0 ? [`replies ${status.join(' and ')}`] : []),
    ...of('enhanced').map(({ codes }) => `with the enhanced code ${either(codes.map(written))}`),
    ...of('response_code').map(({ matcher }) => `with the response code ${describeMatcher(matcher, names)}`),
    ...(begins.length > 0 ? [`with ${begins.length === 1 ? 'a line' : 'lines'} beginning ${all(begins)}`] : []),
    ...of('text').map(({ matcher }) => `with a text that is ${describeMatcher(matcher, names)}`),
    ...offers(of('extension', 'capability')),
    ...listed('tells', told.filter(({ forbidden }) => !forbidden).map(untaggedWords)),
    ...listed('does not tell', told.filter(({ forbidden }) => forbidden).map(untaggedWords)),
    ...of('lines').map(lineWords),
    ...of('lines_value').map(({ matcher }) => `with lines: ${describeMatcher(matcher, names)}`),
    ...of('field').map(({ name, matcher }) => `${name} is ${describeMatcher(matcher, names)}`),
    ...of('one_of').map((condition) => either(condition.of.map(inWords))),
    ...of('not').map((condition) => `but not: ${inWords(condition.of)}`),
    ...of('within').map(({ ms }) => `within ${describeDuration(ms)}`),
    ...of('after').map(({ ms }) => `no sooner than after ${describeDuration(ms)}`),
  ];
}

type Offer = Extract<Condition, { readonly kind: 'extension' | 'capability' }>;

/** `offers STARTTLS, AUTH with "PLAIN", not LOGINDISABLED` */
function offers(conditions: readonly Offer[]): readonly string[] {
  if (conditions.length === 0) return [];
  const wanted = conditions.filter(({ want }) => want !== false);
  const unwanted = conditions.filter(({ want }) => want === false).map(({ keyword }) => keyword);
  const there = wanted.map(({ keyword, want }) =>
    typeof want === 'boolean' ? keyword : `${keyword} with ${describeMatcher(want, names)}`,
  );
  if (there.length === 0) return [`does not offer ${either(unwanted)}`];
  return [`offers ${all(there)}${unwanted.length === 0 ? '' : `, not ${either(unwanted)}`}`];
}

function untaggedWords({ want }: Untagged): string {
  switch (want.form) {
    case 'begins':
      return quote(`* ${written(want.text)}`);
    case 'text':
      return describeMatcher(want.matcher, names);
    case 'data':
      return `${want.name} ${describeMatcher(want.matcher, names)}`;
  }
}

const orders = { any: 'with lines', ordered: 'with lines in this order', exactly: 'with exactly the lines' } as const;

function lineWords({ order, items }: Extract<Condition, { readonly kind: 'lines' }>): string {
  return `${orders[order]}: ${all(items.map((item) => describeMatcher(item, names)))}`;
}

function listed(verb: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${verb} ${verb.includes('not') ? either(items) : all(items)}`];
}

function either(items: readonly string[]): string {
  return joined(items, 'or');
}

function all(items: readonly string[]): string {
  return joined(items, 'and');
}

function joined(items: readonly string[], word: string): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
