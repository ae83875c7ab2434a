import { byIdentity } from '../by-identity.ts';
import { escapePattern } from '../encoding.ts';
import { formsOf } from '../printing/secret-forms.ts';
import type { Piece } from './pieces.ts';

/** Names of variables by value. */
export type Names = ReadonlyMap<string, string>;

export interface Vocabulary {
  /** Values with a name in the scenario, such as the user's address. */
  readonly names: Names;
  /** Values that must not appear in any file, in any form. */
  readonly secrets: Names;
  /** Values that are replaced even within other words: generated ids. */
  readonly tokens?: Names;
}

/** What to search text for. */
interface Kind {
  /** In JavaScript's syntax, without capturing groups. */
  readonly finds: string;
  /** In RE2 syntax: matches whatever the server may write at another time. Absent: the text is kept. */
  readonly becomes?: string;
  /** A server's text stays the same until it is reconfigured: kept if every change is to be noticed. */
  readonly lasting?: true;
  /** The same, if only the form stays: used instead of `becomes`. */
  readonly lastingForm?: string;
}

const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const clock = '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp][Mm]\\b)?';
const anyClock = '[\\d:.,]+(?: ?[AaPp][Mm])?';
/** Days below ten may be padded with a space. */
const filled = '(?:(?<=[\\s"\'(\\[]) (?=[0-9]\\b))?';
const startsWord = '(?<![\\w.@-])';
const endsWord = '(?![\\w@-]|\\.\\w)';

/**
 * In order of precedence, if several begin at the same offset. What a server writes at different times must become one
 * pattern, whatever digits and letters occur by chance.
 */
const kinds: readonly Kind[] = [
  { finds: 'https?://[^\\s<>"]+' },
  // Dates: RFC 5322 section 3.3, ISO 8601, RFC 9051 section 9 ("date-time"), asctime(3) and syslog's, and those of people.
  {
    finds: `(?:${day}, *|${filled})[0-9]{1,2} ${month} [0-9]{4}(?: ${clock}(?: ?[+-][0-9]{4}| [A-Z]{2,5}\\b)?(?: \\([^()]+\\))?)?`,
    becomes: `(?:\\w+, *)? ?\\d+ \\w+ \\d+(?: ${anyClock}(?: ?[+-]\\d+| [A-Z]+)?(?: \\([^()]+\\))?)?`,
  },
  {
    finds: `[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]${clock}(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?`,
    becomes: `\\d+-\\d+-\\d+(?:[T ]${anyClock}(?:Z|[+-][\\d:]+)?)?`,
  },
  {
    finds: `${filled}[0-9]{1,2}-${month}-[0-9]{4}(?: ${clock} [+-][0-9]{4})?`,
    becomes: ` ?\\d+-\\w+-\\d+(?: ${anyClock} [+-]\\d+)?`,
  },
  {
    finds: `(?:${day} )?${month} {1,2}[0-9]{1,2}(?:, [0-9]{4},?)? ${clock}(?: [A-Z]{2,5}\\b)?(?: [0-9]{4}\\b)?`,
    becomes: `(?:\\w+ )?\\w+ +\\d+(?:, \\d+,?)? ${anyClock}(?: [A-Z]+)?(?: \\d+)?`,
  },
  {
    finds: '(?<![\\w./-])(?:[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4})(?![\\w/-]|\\.\\w)',
    becomes: '\\d+[/.]\\d+[/.]\\d+',
  },
  // Sender addresses rewritten by forwarders: their second part is the day.
  { finds: '<?SRS[01][=+-][^\\s<>@]+@[^\\s<>]+>?', becomes: '<?SRS[01][^\\s<>]+>?' },
  // The timestamp of RFC 1939 section 7, message ids, and Dovecot's session ids.
  { finds: '(?<=[Mm]essage-I[Dd]: )<[^<>\\s]+>', becomes: '<[^<>]+>' },
  { finds: '<(?=(?:[^<>\\s@0-9]*[0-9]){3})[^<>\\s@]+@[^<>\\s@]+>', becomes: '<[^<>]+>' },
  { finds: '<[A-Za-z0-9+/=]{12,}>', becomes: '<[^<>]+>' },
  // Base64, as in Dovecot's other ids: both cases, and longer than words.
  {
    finds:
      '(?<![\\w+/@.-])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])[A-Za-z0-9+/]{16,}={0,2}(?::[A-Za-z0-9]+)?(?![\\w@-])',
    becomes: '\\S+',
  },
  // RFC 9562 section 4.
  { finds: '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}', becomes: '[0-9A-Fa-f-]+' },
  // Before IPv6 addresses, some of which look the same.
  { finds: `(?<![\\w:.])${clock}(?: UTC\\b| [A-Z]{2,4}T\\b)?(?![\\w:.])`, becomes: `${anyClock}(?: [A-Z]+)?` },
  // Addresses: literals of RFC 5321 section 4.1.3, IPv4, IPv6.
  { finds: '\\[(?:IPv6:)?(?=[0-9A-Fa-f]*[.:])[0-9A-Fa-f.:]{3,}\\](?::[0-9]+)?', becomes: '\\[[^\\]]+\\](?::\\d+)?' },
  { finds: `${startsWord}[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?![\\w-]|\\.\\w)(?::[0-9]+)?`, becomes: '[\\d.]+(?::\\d+)?' },
  { finds: '(?<![\\w:.])(?:[0-9A-Fa-f]{1,4}:){2,7}:?[0-9A-Fa-f]{1,4}(?![\\w:.])', becomes: '[0-9A-Fa-f:]+' },
  { finds: '(?<![\\w:.])::1(?![\\w:.])', becomes: '[0-9A-Fa-f:]+' },
  // Dovecot logs how long a command took, in two or three parts.
  { finds: '[0-9]+\\.[0-9]+(?: \\+ [0-9]+\\.[0-9]+)* secs?', becomes: '[\\d.+ ]+ secs?' },
  // Cyrus counts what it did.
  { finds: '(?<=secs )[0-9]+ calls', becomes: '\\d+ calls' },
  // Courier's ids: three numbers with leading zeros.
  { finds: `${startsWord}[0-9A-F]{8,}(?:\\.[0-9A-F]{8,})+${endsWord}`, becomes: '[0-9A-F.]+' },
  // Versions and enhanced status codes (RFC 3463 section 2), RFC numbers, names of algorithms.
  { finds: '(?<![\\w.])[0-9]+(?:\\.[0-9]+)+(?![\\w]|\\.\\w)' },
  { finds: 'RFC ?[0-9]+' },
  { finds: '(?:TLS|SCRAM|CRAM|DIGEST|ISO|ECDHE|DHE|AES|SHA)[_-][A-Z0-9_-]+' },
  // Postfix's own ids, which may contain all letters with another setting.
  {
    finds: '(?<=\\bqueued as |\\(Postfix\\) with \\w+ id )[0-9A-F]{8,}(?![\\w.-])',
    becomes: '\\S+',
    lastingForm: '[0-9A-F]+',
  },
  // Ids of queues and sessions: those that are named as such, Exim's, Postfix's, and whatever else only programs write.
  {
    finds:
      '(?<=\\b(?:queued as|[Ii][Dd]|[Pp][Ii][Dd]|(?:[Ss]ession|SESSION|[Qq]ueue|QUEUE)(?:[ _-]?[Ii][Dd])?)[ =:]{1,2})<?(?=[A-Za-z._-]*[0-9]|[A-Fa-f]{6,}\\b)[A-Za-z0-9._-]+>?',
    becomes: '\\S+',
  },
  { finds: `${startsWord}[A-Za-z0-9]{8,}(?= Message accepted)`, becomes: '\\w+' },
  { finds: '(?<=[A-Za-z]\\[)[0-9]+(?=\\])', becomes: '\\d+' },
  { finds: `${startsWord}[A-Za-z0-9]{6}-[A-Za-z0-9]{6,11}-[A-Za-z0-9]{2,4}${endsWord}`, becomes: '[\\w-]+' },
  { finds: `${startsWord}(?=[A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{8,}${endsWord}`, becomes: '[0-9A-F]+' },
  { finds: `${startsWord}(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,}${endsWord}`, becomes: '[0-9a-f]+' },
  // By chance, few of their characters may be digits: both cases, or longer than words.
  {
    finds: `${startsWord}(?=[A-Za-z]*[0-9])(?:(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{10,}|[a-z0-9]{20,}|[A-Z0-9]{20,})${endsWord}`,
    becomes: '\\w+',
  },
  {
    finds:
      '(?<![\\w.@/-])(?=[A-Za-z._-]*[0-9][A-Za-z._-]*[0-9][A-Za-z._-]*[0-9])(?=[0-9._-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._-]{8,}[A-Za-z0-9](?![\\w@-])',
    becomes: '[\\w.-]+',
  },
  {
    finds: '(?<![\\w./@:-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}(?![\\w@/-]|\\.\\w)',
    becomes: '[\\w.-]+',
    lasting: true,
  },
  // RFC 9051 section 2.3.1.1: most servers use the time, Courier a time of its own.
  { finds: '(?<=\\b(?:UIDVALIDITY|APPENDUID|COPYUID) )[0-9]{9,}', becomes: '\\d{9,}' },
  // Numbers: how many, how large, how long.
  ...['message', 'octet', 'byte', 'recipient', 'second'].map((noun) => ({
    finds: `(?<![\\w.:+/@-])[0-9]+ ${noun}s?\\b`,
    becomes: `\\d+ ${noun}s?`,
    lasting: true as const,
  })),
  { finds: '(?<![\\w.:+/@-])[0-9]+(?![\\w@]|[.:/-]\\w)', becomes: '\\d+', lasting: true },
];

const allKinds = kinds.map(({ finds }, index) => `(?<k${index}>${finds})`);

/** Splits text into pieces. */
export type Generalize = (text: string) => readonly Piece[];

/** Finds, in replies, values with a name and what varies. */
export function generalizing(vocabulary: Vocabulary): Generalize {
  return scanning(vocabulary, allKinds, ({ becomes }) => becomes);
}

/** The same, except for what stays until the server is reconfigured: host names, and numbers that are not times. */
export function preserving(vocabulary: Vocabulary): Generalize {
  return scanning(vocabulary, allKinds, ({ becomes, lasting, lastingForm = becomes }, found) => {
    if (!lasting) return lastingForm;
    return timeNow.test(found) ? `\\d{${found.length}}` : undefined;
  });
}

/** Finds, in what was sent, values with a name. */
export function naming(vocabulary: Vocabulary): Generalize {
  return scanning(vocabulary, [], () => undefined);
}

/**
 * Seconds (as in UIDVALIDITY, RFC 9051 section 2.3.1.1), milliseconds or microseconds since 1970, or a date without
 * spaces: their form stays. Other numbers may be limits.
 */
const timeNow = /^(?:1[5-9][0-9]{8}(?:[0-9]{3}){0,2}|20[0-9]{12})$/;

type Replacing = (kind: Kind, found: string) => string | undefined;

function scanning(vocabulary: Vocabulary, finding: readonly string[], replace: Replacing): Generalize {
  const { names, secrets, tokens = noNames } = vocabulary;
  const ids = longestFirst(tokens.keys()).map((id, index) => ({ id, as: standIn(index) }));
  const byStandIn: Names = new Map(ids.map(({ id, as }) => [as, tokens.get(id) ?? 'scenario.id']));
  const alternatives = [
    ...hidden(secrets),
    ...alternative('token', [...byStandIn.keys()]),
    ...alternative('named', longestFirst(names.keys()).map(wordSource)),
    ...finding,
  ];
  if (alternatives.length === 0) return (text) => [{ kind: 'literal', text }];
  const scanner = new RegExp(alternatives.join('|'), 'g');
  return (written) => {
    const text = ids.reduce((each, { id, as }) => each.replaceAll(id, as), written);
    const pieces: Piece[] = [];
    let at = 0;
    for (const match of text.matchAll(scanner)) {
      const piece = pieceOf(match, { names, secrets, tokens: byStandIn }, replace);
      if (piece === undefined) continue;
      pieces.push(...literals(text.slice(at, match.index), byStandIn));
      pieces.push(piece);
      at = match.index + match[0].length;
    }
    return [...pieces, ...literals(text.slice(at), byStandIn)];
  };
}

const noNames: Names = new Map();

/** The same for every text of a scenario, of which there may be thousands. */
const hidden = byIdentity((secrets: Names): readonly string[] => [
  ...alternative('secret', longestFirst(secrets.keys()).map(secretSource)),
  ...alternative('form', longestFirst([...secrets.keys()].flatMap(encoded)).map(escapePattern)),
]);

/** By chance, generated ids have more or fewer digits, which must not affect how the surrounding text is treated. */
function standIn(index: number): string {
  return `m${String(index).padStart(12, '0')}-0a`;
}

/** Text that is kept, except for the ids in it. */
function literals(text: string, tokens: Names): readonly Piece[] {
  const [known] = [...tokens].filter(([token]) => text.includes(token));
  if (known === undefined) return text === '' ? [] : [{ kind: 'literal', text }];
  const [token, name] = known;
  const at = text.indexOf(token);
  return [
    ...literals(text.slice(0, at), tokens),
    { kind: 'variable', name },
    ...literals(text.slice(at + token.length), tokens),
  ];
}

/** A shorter secret occurs in most texts by chance. */
const shortestAnywhere = 4;

function secretSource(secret: string): string {
  return secret.length < shortestAnywhere ? wordSource(secret) : escapePattern(secret);
}

/** A whole word with a name is not replaced within other words. */
function wordSource(value: string): string {
  return `(?<![\\w.-])${escapePattern(value)}(?![\\w-]|\\.\\w)`;
}

/** Everything that is commonly derived from a secret. */
function encoded(secret: string): readonly string[] {
  if (secret.length < shortestAnywhere) return [];
  const { exact, caseless } = formsOf(secret);
  return [...exact, ...caseless].filter((form) => form !== secret);
}

function longestFirst(values: Iterable<string>): readonly string[] {
  return [...values].filter((value) => value !== '').sort((a, b) => b.length - a.length);
}

function alternative(group: string, sources: readonly string[]): readonly string[] {
  return sources.length === 0 ? [] : [`(?<${group}>${sources.join('|')})`];
}

function pieceOf(
  { 0: found, groups = {} }: RegExpMatchArray,
  { names, secrets, tokens }: Vocabulary,
  replace: Replacing,
): Piece | undefined {
  if (groups['secret'] !== undefined) return { kind: 'variable', name: secrets.get(found) ?? 'password' };
  if (groups['form'] !== undefined) return { kind: 'pattern', source: '\\S+' };
  if (groups['token'] !== undefined) return { kind: 'variable', name: tokens?.get(found) ?? 'scenario.id' };
  if (groups['named'] !== undefined) return { kind: 'variable', name: names.get(found) ?? 'user' };
  const kind = kinds.find((_, index) => groups[`k${index}`] !== undefined);
  const source = kind && replace(kind, found);
  return source === undefined ? undefined : { kind: 'pattern', source, found };
}
