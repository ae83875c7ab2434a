import { takes } from '../matchers/parts.ts';
import type { Matcher } from '../plan.ts';
import { matcherWords, patternWords } from './matcher.ts';
import { all, either } from './text.ts';

/** What is true of a named value: `state is "open"`, `messages do not include { subject: "x" }`. */
export function predicateWords(name: string, matcher: Matcher): string {
  return `${name} ${said(matcher, isSeveral(name) ? plural : singular)}`;
}

/** Whether a name is plural: `answers`, `headers`, but not `status` and `address`. */
function isSeveral(name: string): boolean {
  return /[^su]s$/.test(name);
}

/** Verbs that agree with a name. */
interface Verbs {
  readonly is: string;
  readonly has: string;
  readonly does: string;
  readonly verb: (verb: string) => string;
}

const singular: Verbs = { is: 'is', has: 'has', does: 'does', verb: thirdPerson };
const plural: Verbs = { is: 'are', has: 'have', does: 'do', verb: (verb) => verb };

function thirdPerson(verb: string): string {
  return verb === 'match' ? 'matches' : `${verb}s`;
}

const textVerbs = { contains: 'contain', starts_with: 'begin with', ends_with: 'end with' } as const;

function said(matcher: Matcher, verbs: Verbs): string {
  const text = textSaid(matcher);
  if (text !== undefined) return `${inflected(text.verb, verbs)} ${text.rest}`;
  switch (matcher.kind) {
    case 'not':
      return denied(matcher.matcher, verbs);
    case 'length':
      return `${verbs.has} ${matcherWords(matcher)}`;
    case 'includes':
      return `${verbs.verb('include')} ${matcherWords(matcher.matcher)}`;
    case 'excludes':
      return `${verbs.does} not include ${matcherWords(matcher.matcher)}`;
    case 'holds':
      return `${verbs.verb('include')} ${all(matcher.items.map(matcherWords))}`;
    case 'ordered':
      return `${verbs.verb('include')} ${matcherWords(matcher)}`;
    case 'exactly':
    case 'sequence':
      return matcher.items.length === 0 ? `${verbs.is} empty` : `${verbs.is} ${matcherWords(matcher)}`;
    case 'one_of':
      return `${verbs.is} ${either(matcher.of.map(matcherWords))}`;
    case 'all_of':
      return everySaid(matcher.of, verbs);
    default:
      return `${verbs.is} ${matcherWords(matcher)}`;
  }
}

/** `include "a" and "b" and do not include "c" or "d"`: each verb only once. */
function everySaid(matchers: readonly Matcher[], verbs: Verbs): string {
  const included = matchers.flatMap((each) => (each.kind === 'includes' ? [matcherWords(each.matcher)] : []));
  const excluded = matchers.flatMap((each) => (each.kind === 'excludes' ? [matcherWords(each.matcher)] : []));
  const parts = [
    ...matchers.filter(({ kind }) => kind !== 'includes' && kind !== 'excludes').map((each) => said(each, verbs)),
    ...(included.length === 0 ? [] : [`${verbs.verb('include')} ${all(included)}`]),
    ...(excluded.length === 0 ? [] : [`${verbs.does} not include ${either(excluded)}`]),
  ];
  return parts.length === 0 ? `${verbs.is} anything` : parts.join(' and ');
}

function denied(matcher: Matcher, verbs: Verbs): string {
  const text = textSaid(matcher);
  if (text !== undefined) return `${verbs.does} not ${text.verb} ${text.rest}`;
  if (matcher.kind === 'holds' || matcher.kind === 'ordered')
    return `${verbs.does} not include ${matcherWords(matcher)}`;
  if (matcher.kind === 'one_of') return `${verbs.is} not ${either(matcher.of.map(matcherWords))}`;
  if (matcher.kind === 'equals') return `${verbs.is} not ${matcherWords(matcher)}`;
  return `${verbs.is} anything but ${matcherWords(matcher)}`;
}

/** A matcher of text as a verb and what follows it. */
function textSaid(matcher: Matcher): { readonly verb: string; readonly rest: string } | undefined {
  if (matcher.kind === 'matches') return { verb: 'match', rest: patternWords(matcher.pattern) };
  if (!takes(matcher, 'text')) return undefined;
  return { verb: textVerbs[matcher.kind], rest: matcherWords({ kind: 'equals', value: matcher.value }) };
}

/** `begin with` becomes `begins with`. */
function inflected(verb: string, verbs: Verbs): string {
  const [first = '', ...rest] = verb.split(' ');
  return [verbs.verb(first), ...rest].join(' ');
}
