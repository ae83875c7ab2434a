import type { Format } from './pasted.ts';
import { unquoted } from './quoted.ts';
import { isGreeting, isReply, likeness, type Said, sessionsOfSides } from './said.ts';

/** Labels that programs and people write before the lines of client and server. */
const pairs: readonly (readonly [client: string, server: string])[] = [
  // RFCs, nodemailer, Thunderbird, and people.
  ...(['C:', 'C>', '[C]', '(C)', 'C|', 'C -', 'C<'] as const).map(
    (client) => [client, client.replace('C', 'S')] as const,
  ),
  // PHPMailer
  ['CLIENT -> SERVER:', 'SERVER -> CLIENT:'],
  ...(['Client:', 'Client>', '[Client]', '<Client>', '(Client)'] as const).map(
    (client) => [client, client.replace('Client', 'Server')] as const,
  ),
  ['SMTP Send:', 'SMTP Response:'],
  // Python's smtplib and poplib
  ['send:', 'reply:'],
  ['*put*', '*get*'],
  ['*cmd*', '*resp*'],
  ['SEND:', 'RECV:'],
  ['Sent:', 'Received:'],
  ['Sent:', 'Recv:'],
  ['Send:', 'Receive:'],
  ['sending :', 'received:'],
  ['Sending:', 'Read:'],
  ['Request:', 'Response:'],
  ['SendData:', 'CreateNewLineFromSocket:'],
  ['TX:', 'RX:'],
  ['I:', 'O:'],
  ['OUT:', 'IN:'],
  ['>>>', '<<<'],
  ['-->', '<--'],
  ['==>', '<=='],
  ['->', '<-'],
  ['=>', '<='],
  ['>>', '<<'],
  ['>', '<'],
];

interface Label {
  readonly pattern: RegExp;
  readonly client: string;
  /** So rare at the beginning of other lines that one label is enough. */
  readonly isStrong: boolean;
}

const labels: readonly Label[] = pairs.map(([client, server]) => {
  const [one, other] = [client, server].map((each) => each.replace(/[()[\]|*<>]/g, '\\$&'));
  const isArrow = /^[<>=-]+$/.test(client);
  const before = isArrow ? '(?<![<>=-]|<\\w{1,9})' : '(?<![^\\s\\])])';
  return {
    pattern: new RegExp(`${before}(${one}|${other})(?= |$)`, client.length > 2 ? 'i' : ''),
    client: client.toLowerCase(),
    isStrong: client.length > 2 || client === 'C:',
  };
});

/** The longest text before a label: a time, the program's name, a number. */
const longestPrefix = 160;
const bracketed = /[[(<][^\][()<>]*[\])>]/g;
const prefixWord =
  /\d|[:=]$|::|^[A-Z_]{2,12}$|^\w+\/\w+$|^\w*_\w+$|^[-|*#.]$|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec),?$/;

/** The host's name precedes the program's. */
const syslog = /^(?:[A-Z][a-z]{2} +\d+ [\d:]{8}|\d{4}-\S+) \S+ /;

function isPrefix(text: string): boolean {
  if (text.length > longestPrefix) return false;
  const words = text.replace(syslog, '').replace(bracketed, '').split(/\s+/);
  return words.every((word) => word === '' || prefixWord.test(word));
}

interface Labelled {
  readonly side: 'one' | 'other';
  readonly prefix: string;
  readonly text: string;
  /** The column where the text begins. */
  readonly column: number;
}

function labelledLine(line: string, { pattern, client }: Label): Labelled | undefined {
  const match = pattern.exec(line);
  const label = match?.[1];
  if (match === null || label === undefined) return undefined;
  const prefix = line.slice(0, match.index);
  if (!isPrefix(prefix)) return undefined;
  const column = match.index + label.length + 1;
  return { side: label.toLowerCase() === client ? 'one' : 'other', prefix, text: line.slice(column), column };
}

/** The lines as read with a pair of labels, in which `other` is the server's. */
function readBy(lines: readonly string[], label: Label): readonly Said[] {
  const read = lines.map((line) => labelledLine(line, label));
  const found = read.filter((each) => each !== undefined);
  const isOneSided = label.isStrong && found.length > 1 && found.every(({ side }) => side === found[0]?.side);
  const areQuoted = found.filter(({ text }) => unquoted(text) !== undefined).length > found.length * quotedShare;
  const said: Said[] = [];
  let last: Labelled | undefined;
  for (const [at, line] of lines.entries()) {
    const each = read[at];
    if (each !== undefined) {
      last = each;
      const texts = areQuoted ? unquoted(each.text) : [each.text];
      for (const text of texts ?? []) said.push({ side: each.side, text, ...connectionOf(each.prefix) });
    } else if (line.trim() === '' && (line.length < 2 || isOneSided)) continue;
    else if (isOneSided) said.push(barelySaid(line, found[0] as Labelled));
    else said.push(continued(line, last));
  }
  return said;
}

const quotedShare = 0.5;

/** The connection in a log of several processes. */
function connectionOf(prefix: string): Pick<Said, 'of'> {
  const of = /\w\[(\d+)\]:/.exec(prefix)?.[1];
  return of === undefined ? {} : { of };
}

/** If one side has no label, its lines are those that look like replies. */
function barelySaid(line: string, { side, prefix }: Labelled): Said {
  const text = prefix !== '' && line.startsWith(prefix) ? line.slice(prefix.length) : line;
  return isReply(text) ? { side: side === 'one' ? 'other' : 'one', text } : { side: 'unread', text: line };
}

/** Further lines of a side are indented to the text of its first one. */
function continued(line: string, last: Labelled | undefined): Said {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  if (last === undefined || indent < 2) return { side: 'unread', text: line };
  return { side: last.side, text: line.slice(Math.min(indent, last.column)) };
}

/** The reading with the label that most lines have. */
function bestOf(lines: readonly string[]): readonly Said[] | undefined {
  let best: readonly Said[] | undefined;
  const read = (said: readonly Said[]) => said.filter(({ side }) => side !== 'unread').length;
  for (const label of labels) {
    const said = readBy(lines, label);
    if (isDialogue(said) && read(said) > (best === undefined ? 0 : read(best))) best = said;
  }
  return best;
}

/** Most lines of a server look like replies, unless it lists something; those of a client do not. */
const fewestReplies = 0.3;

function isDialogue(said: readonly Said[]): boolean {
  const [one, other] = [likeness(said, 'one'), likeness(said, 'other')];
  const sides = new Set(said.map(({ side }) => side));
  return sides.has('one') && sides.has('other') && Math.max(one, other) >= fewestReplies && one !== other;
}

/** Whether it is a test of blackbox_exporter, Exim or James: it has patterns instead of replies, and no greeting. */
function isScript(lines: readonly string[]): boolean {
  if (lines.some((line) => /^(?:\?\?\?|\s*query_response:)/.test(line))) return true;
  const expected = lines.flatMap((line) => /^S: (.*)$/.exec(line)?.[1] ?? []);
  const first = expected[0];
  if (first === undefined) return false;
  return !isGreeting(first) || expected.some((text) => /\\[*+.()[\]{}|^$?]|\.[*+]|\[\^/.test(text));
}

/** A program's log, or text written by hand, in which each line is labeled. */
export const labelled: Format = {
  name: 'a labelled session',
  recognizes: (lines) => !isScript(lines) && bestOf(lines) !== undefined,
  read: (lines) => sessionsOfSides(bestOf(lines) ?? [], 'other'),
};
