import { inWords } from '../duration.ts';
import type { Action, Headline, Looked } from '../headline.ts';
import type { Expected, Mismatch, Names, ReplyLine } from '../mismatch.ts';
import { many } from '../phrase.ts';
import { visible } from '../visible.ts';
import { actionTitle, answerWords } from './action.ts';
import { actualWords, advertisedWords, announcedWords, cameWords } from './actual.ts';
import { expectationWords } from './condition.ts';
import { expectedWords } from './expected.ts';
import { faultWords } from './fault.ts';
import { patternWords } from './matcher.ts';
import { cutText, enumerate, quote, shortened } from './text.ts';

/** The differences of a headline, of which the first is shown, and the reply that has them. */
export interface Difference {
  readonly mismatches?: readonly Mismatch[];
  readonly reply?: ReplyLine;
}

/** A problem in one line: `RCPT TO:<a!b@c>: expected 4xx or 5xx, got 250 2.1.5 Ok`. */
export function headlineWords(headline: Headline, difference: Difference = {}): string {
  switch (headline.kind) {
    case 'message':
      return headline.message;
    case 'certificate':
      return faultWords(headline.fault);
    case 'mismatch':
    case 'nothing to capture':
      return `${titleOf(headline.of)}: ${differenceWords(difference, headline.of)}`;
    case 'not positive':
      return `${actionTitle(headline.after)}: ${differenceWords(difference, headline.after)}`;
    case 'no reply':
      return about(headline.after, `no ${answerWords(headline.after)}`);
    case 'closed':
      return about(headline.after, `the server closed the connection without a ${answerWords(headline.after)}`);
    case 'late reply':
      return about(headline.after, `no complete ${answerWords(headline.after)} within ${inWords(headline.within)}`);
    case 'still open':
      return `the connection is still open after ${inWords(headline.within)}`;
    case 'not taken':
      return `${actionTitle(headline.after)}: the server did not read all of it within ${inWords(headline.within)}`;
    case 'over limit':
      return about(headline.after, `the ${answerWords(headline.after)} exceeds a limit: ${headline.reason}`);
    case 'violation':
      return about(
        headline.after,
        `the ${answerWords(headline.after)} violates the protocol: ${headline.reason}${moreWords(headline.more)}`,
      );
    case 'unexpected': {
      const came = headline.came === 'reply' ? 'a reply' : 'something';
      const [first] = difference.mismatches ?? [];
      const got = first === undefined ? '' : `: ${shown(actualWords(first))}`;
      return `the server sent ${came} where ${expectationWords(headline.expected)} was expected${got}`;
    }
    case 'unusable connection': {
      const name = headline.connection === '' ? '' : ` "${headline.connection}"`;
      return `Cannot use the connection${name}: ${headlineWords(headline.why)}`;
    }
    case 'no service':
      return `the server "${headline.server}" cannot be used: ${headlineWords(headline.why)}`;
    case 'tried': {
      const { times, within, last } = headline;
      return `${headlineWords(last, difference)} (tried ${times === 1 ? 'once' : many(times, 'time')} within ${inWords(within)})`;
    }
  }
}

function moreWords(more = 0): string {
  return more === 0 ? '' : ` (and ${many(more, 'other violation')})`;
}

/** An action with a name of its own needs no preposition before it. */
function about(action: Action, words: string): string {
  return action.kind === 'greeting' || action.kind === 'capabilities' ? words : `${actionTitle(action)}: ${words}`;
}

function titleOf(of: Action | Looked): string {
  return of.kind === 'check' ? visible(shortened(of.label, longestValue)) : actionTitle(of);
}

/** Enough to read at a glance; the failure shows the whole value. */
const longestValue = 100;

function shown(text: string): string {
  return cutText(visible(text), longestValue);
}

/** `expected 4xx or 5xx, got 250 2.1.5 Ok` */
export function differenceWords({ mismatches = [], reply }: Difference, of?: Action | Looked): string {
  const [first, ...others] = mismatches;
  if (first === undefined)
    return of === undefined || of.kind === 'check' ? 'not as expected' : `not the expected ${answerWords(of)}`;
  const more = others.length === 0 ? '' : ` (and ${many(others.length, 'more difference')})`;
  return `expected ${shown(wantedWords(first))}, got ${shown(gotWords(first, reply))}${more}`;
}

/** Parts of a reply that the wording of the expected value already identifies. */
const obvious: ReadonlySet<string> = new Set([
  '',
  'code',
  'status',
  'enhanced',
  'text',
  'lines',
  'within',
  'after',
  'state',
  'untagged',
]);
/** `untagged.SEARCH`: the expected value names the response. */
const response = /^untagged\.[^.[]+$/;
/** Parts that the reply's first line already shows. */
const inReply: ReadonlySet<string> = new Set(['', 'code', 'status', 'enhanced', 'text']);

function wantedWords({ path, expected }: Mismatch): string {
  if (expected.kind === 'announcement') return `${expected.announced ? '' : 'no '}${nameIn(path)}`;
  const words = expectedWords(expected);
  return obvious.has(path) || response.test(path) ? words : `${visible(path)} ${verbWords(expected, words)}`;
}

const verbs: Readonly<Record<string, string>> = { length: 'to have', holds: 'to include' };

/** `to match /x/`, `to have a length of 3`, `to include "LOGIN"`, `to be at least 7` */
function verbWords(expected: Expected, words: string): string {
  const matcher = expected.kind === 'matcher' ? expected.matcher : undefined;
  if (matcher?.kind === 'matches') return `to match ${patternWords(matcher.pattern)}`;
  return `${verbs[matcher?.kind ?? ''] ?? 'to be'} ${words}`;
}

function gotWords(mismatch: Mismatch, reply: ReplyLine | undefined): string {
  const { path, actual } = mismatch;
  if (actual.kind === 'announced') return announcedWords(actual);
  if (actual.kind === 'unannounced')
    return mismatch.expected.kind === 'announcement'
      ? onlyWords(actual.present)
      : `nothing${advertisedWords(actual.present)}`;
  if (reply !== undefined && inReply.has(path) && actual.kind !== 'lines' && mismatch.nearest === undefined)
    return cameWords(reply);
  const words = actualWords(mismatch);
  const number = words.length > longestValue ? numberWords(mismatch) : undefined;
  return number === undefined ? words : actualWords({ ...mismatch, actual: { kind: 'words', words: number } });
}

/** `only "PIPELINING", "SIZE"` */
function onlyWords({ names, more }: Names): string {
  return names.length === 0 ? 'nothing' : `only ${enumerate(names, quote, more)}`;
}

/** For a long list, its size says more than its beginning: `200 lines, among them "…"`. */
function numberWords({ path, actual, extra = [] }: Mismatch): string | undefined {
  if (actual.kind !== 'value' && actual.kind !== 'lines') return undefined;
  const { value } = actual;
  if (typeof value !== 'object' || value?.kind !== 'list') return undefined;
  const count = value.items.length + value.more;
  const name = actual.kind === 'lines' ? 'line' : itemNames[path];
  const [unwanted] = extra.flatMap((each) => (each.kind === 'name' ? [] : [cameWords(each)]));
  return `${name === undefined ? `a list of ${count}` : many(count, name)}${unwanted === undefined ? '' : `, among them ${unwanted}`}`;
}

/** The nouns for lists in check results, by path. */
const itemNames: Readonly<Record<string, string>> = { lines: 'line', messages: 'message' };

/** `extensions.AUTH` names AUTH. */
function nameIn(path: string): string {
  return visible(path.slice(path.indexOf('.') + 1));
}
