import { inUnits } from '../duration.ts';
import type { Lacking } from '../literal.ts';
import type { Actual, Departure, Mismatch, Names, Nearest, Unfit } from '../mismatch.ts';
import { counted, many } from '../phrase.ts';
import { visible } from '../visible.ts';
import { expectedWords } from './expected.ts';
import { enumerate, quote, quoteOctets, shownLine } from './text.ts';
import { presentWords, valueWords } from './value.ts';

/** The actual value as words that follow "actual:", with the closest candidate if there are several. */
export function actualWords({ actual, nearest, departs }: Pick<Mismatch, 'actual' | 'nearest' | 'departs'>): string {
  const came = `${cameWords(actual)}${departs === undefined ? '' : departureWords(departs)}`;
  if (nearest === undefined) return came;
  return nearest.candidate.kind === 'actual' ? nearestWords(nearest, came) : `${came}; ${nearestWords(nearest, came)}`;
}

export function cameWords(actual: Actual): string {
  switch (actual.kind) {
    case 'value':
      return `${valueWords(actual.value)}${actual.unfit === undefined ? '' : unfitWords[actual.unfit]}`;
    case 'absent':
      return `nothing${actual.present ? presentWords(actual.present) : ''}`;
    case 'length':
      return `a length of ${actual.length}: ${valueWords(actual.value)}`;
    case 'octet count':
      return `${many(actual.count, 'octet')}: ${valueWords(actual.value)}`;
    case 'count':
      return actual.count === 0 ? '0' : `${actual.count}: ${valueWords(actual.value)}`;
    case 'announced':
      return `advertised: ${announcedWords(actual)}`;
    case 'unannounced':
      return `not advertised${advertisedWords(actual.present)}`;
    case 'reply': {
      const { status, text, more } = actual;
      return `${status}${more > 0 ? '-' : ' '}${shownLine(text)}${more > 0 ? ` (and ${more} more)` : ''}`.trimEnd();
    }
    case 'enhanced code':
      return actual.code;
    case 'no enhanced code':
      return `no enhanced status code: ${cameWords(actual.reply)}`;
    case 'elapsed':
      return `after ${inUnits(actual.ms)}`;
    case 'lines':
      return linesWords(actual);
    case 'line count':
      return many(actual.count, 'line');
    case 'responses':
      return actual.texts.map(quote).join(', ') + (actual.more === undefined ? '' : `, and ${actual.more} more`);
    case 'octets':
      return quoteOctets(actual.text);
    case 'fragment':
      return `only ${quoteOctets(actual.octets.text)}, which is not a complete reply${literalWords(actual.literal)}`;
    case 'end':
      return `end of the connection${actual.by === undefined ? '' : ` by ${actual.by}`}${actual.after === undefined ? '' : `, after ${quoteOctets(actual.after.text)}`}${literalWords(actual.literal)}`;
    case 'violation':
      return actual.reason === undefined ? visible(actual.text) : `${actual.reason}: "${visible(actual.text)}"`;
    case 'excess': {
      const reached = actual.reached === undefined ? 'more' : `${actual.reached} ${actual.unit}`;
      return actual.text === '' ? reached : `${reached}: "${visible(actual.text)}"`;
    }
    case 'error':
      return actual.message;
    case 'words':
      return actual.words;
    default:
      return plainActual[actual.kind];
  }
}

/** `; it differs after 990 characters: expected "abc…", got "\r\n abc…"` */
function departureWords({ after, expected, actual }: Departure): string {
  const next = (text: string) => (text === '' ? 'its end' : quote(text));
  return `; it differs after ${counted(after)} characters: expected ${next(expected)}, got ${next(actual)}`;
}

/** `; the server advertises "PIPELINING", "SIZE"` */
export function advertisedWords({ names, more }: Names): string {
  return names.length === 0 ? '' : `; the server advertises ${enumerate(names, quote, more)}`;
}

/** `AUTH "PLAIN LOGIN"` */
export function announcedWords({ keyword, parameters }: Extract<Actual, { kind: 'announced' }>): string {
  const none = typeof parameters === 'object' && parameters?.kind === 'no words';
  return none ? keyword : `${keyword} ${valueWords(parameters)}`;
}

function literalWords(literal: Lacking | undefined): string {
  if (literal === undefined) return '';
  return `: a literal of ${many(literal.announced, 'octet')} was announced, ${literal.came} came`;
}

const plainActual = {
  'no response code': 'no response code',
  'no more lines': 'no more lines',
  evidence: 'what the check saw',
  silence: 'silence',
} as const;

const unfitWords: Readonly<Record<Unfit, string>> = {
  list: ' (a list; "includes" and "excludes" look at its items)',
  text: ' (a string; "contains" looks for a part of it)',
  'no base64': ', which is not base64',
  'no length': ', which has no length',
  'no number': ', which is not a number',
  'no size': ', which is not a size',
  'no duration': ', which is not a duration',
  'no date': ', which is not a date',
};

function linesWords({ value }: Extract<Actual, { kind: 'lines' }>): string {
  if (typeof value !== 'object' || value === null || value.kind !== 'list') return valueWords(value);
  const [only] = value.items;
  if (only === undefined) return 'no lines';
  return valueWords(value.items.length === 1 && value.more === 0 ? only : value);
}

/** `[2] is closest, but subject is "b", expected "a"` */
function nearestWords({ candidate, base, mismatches }: Nearest, actual: string): string {
  const difference = (mismatch: Mismatch) => {
    const { path } = mismatch;
    const inner = path.startsWith(base) ? path.slice(base.length).replace(/^\./, '') : path;
    return `${inner === '' ? 'it' : inner} is ${actualWords(mismatch)}, expected ${expectedWords(mismatch.expected)}`;
  };
  return `${candidateWords(candidate, actual)} is closest, but ${enumerate(mismatches, difference)}`;
}

function candidateWords(candidate: Nearest['candidate'], actual: string): string {
  switch (candidate.kind) {
    case 'actual':
      return actual;
    case 'alternative':
      return `alternative ${candidate.number}`;
    case 'item':
      return candidate.path === '' ? 'it' : candidate.path;
  }
}
