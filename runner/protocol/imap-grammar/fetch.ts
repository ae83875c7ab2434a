import { type Fields, type Value, words } from '../../value.ts';
import { type NumberReader, number, number32, number63, positive32, positive63 } from '../numbers.ts';
import { accept, expect, isNext, note, noteInstead, type Production, production, type Scanner } from '../scanner.ts';
import { separator, space } from '../spaces.ts';
import {
  anyText,
  astring,
  isOpening,
  itemText,
  list,
  listedWord,
  nested,
  nil,
  noteInsteadAt,
  nstring,
  string,
  word,
} from '../tokens.ts';
import { body } from './body-structure.ts';
import { envelope } from './envelope.ts';
import { own } from './names.ts';

/**
 * RFC 9051 section 2.3.2: a set in which case is ignored. RFC 3501's `\Recent` counts only if a scenario names it. `\*`
 * is allowed in PERMANENTFLAGS only.
 */
export function flags(scanner: Scanner, which?: 'permanent'): Value {
  const found = production(scanner, 'flag-list', () =>
    list(scanner, (each) => {
      const start = each.at;
      const flag = listedWord(each);
      if (flag === '\\*' && which !== 'permanent') noteInsteadAt(each, start, 'wildcard', 'a flag');
      return flag;
    }),
  );
  return words(found, { caseless: true, optional: ['\\Recent'] });
}

const inParentheses =
  (read: Production): Production =>
  (scanner) =>
    nested(scanner, () => read(scanner));

/** A number as an item's value, with the item's name. */
function field(read: NumberReader): Production {
  return (scanner) => read(scanner);
}

const dateTimeForm =
  /^(?: [1-9]|0[1-9]|[12]\d|3[01])-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{4} (?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60) [+-]\d{4}$/i;

/**
 * RFC 9051 section 9, "date-time". A day of one digit is preceded by a space: "date-day-fixed" is "(SP DIGIT) /
 * 2DIGIT".
 */
function dateTime(scanner: Scanner): string {
  const start = scanner.at;
  const text = string(scanner);
  if (!dateTimeForm.test(text)) {
    noteInsteadAt(scanner, start, 'date-time', 'a date such as " 1-Jan-2026 00:00:00 +0000"');
  }
  return text;
}

/** How the values of FETCH items without a section are read, by name. Values of other items are kept as text. */
const items: Readonly<Record<string, Production>> = {
  UID: field(positive32),
  FLAGS: (scanner) => flags(scanner),
  INTERNALDATE: dateTime,
  'RFC822.SIZE': field(number63),
  ENVELOPE: envelope,
  BODY: body,
  BODYSTRUCTURE: body,
  RFC822: nstring,
  'RFC822.HEADER': nstring,
  'RFC822.TEXT': nstring,
  MODSEQ: inParentheses(field(positive63)), // RFC 7162 section 3.1.4
  EMAILID: inParentheses(astring), // RFC 8474 section 5.1
  THREADID: (scanner) => (nil(scanner) ? null : nested(scanner, () => astring(scanner))), // RFC 8474 section 5.2
  PREVIEW: nstring, // RFC 8970 section 3
  SAVEDATE: (scanner) => (nil(scanner) ? null : dateTime(scanner)), // RFC 8514 section 4.3
  'X-GM-MSGID': field(number),
  'X-GM-THRID': field(number),
  'X-GM-LABELS': (scanner) => words(list(scanner, (each) => (isNext(each, '\\') ? word(each) : astring(each)))),
};

/** The same for items with a section in brackets. */
const sectionItems: Readonly<Record<string, Production>> = {
  BODY: nstring,
  BINARY: nstring, // RFC 9051 section 6.4.5.1
  'BINARY.SIZE': field(number32),
};

/**
 * RFC 9051 section 7.5.2: the message's data by item, in upper case with the section as sent, and `seq`. A partial item
 * such as `BODY[TEXT]<0>` is also available without the origin.
 */
export function messageData(scanner: Scanner, seq: Value): Fields {
  const found = new Map<string, Value>([['seq', seq]]);
  const items = new Set<string>();
  const readItem = () => {
    const { name, whole, read } = itemName(scanner);
    if (items.has(name)) note(scanner, 'duplicate', `a second ${name}`);
    items.add(name);
    space(scanner);
    const value = production(scanner, name, read);
    found.set(name, value);
    if (whole !== name && !found.has(whole)) found.set(whole, value);
  };
  production(scanner, 'msg-att', () => list(scanner, readItem, 1));
  return Object.fromEntries(found);
}

interface Item {
  readonly name: string;
  /** The name without the origin of a partial item. */
  readonly whole: string;
  readonly read: Production;
}

function itemName(scanner: Scanner): Item {
  const start = scanner.at;
  const sent = itemText(scanner, 'the name of a data item').toUpperCase();
  // RFC 9051 section 7.5.2: `.PEEK`, with which a client avoids setting \Seen, is not repeated in the response.
  const word = sent.replace(/(?<=^BODY|^BINARY)\.PEEK$/, '');
  if (word !== sent) noteInsteadAt(scanner, start, 'peek', word);
  if (!isNext(scanner, '[')) return { name: word, whole: word, read: own(items, word) ?? anyText };
  const whole = `${word}[${production(scanner, `${word} section`, section)}]`;
  return { name: whole + origin(scanner), whole, read: own(sectionItems, word) ?? anyText };
}

/**
 * RFC 9051 section 9, "section": `1.2.HEADER.FIELDS (SUBJECT)`. Header names may be quoted; the result has no quotes.
 */
function section(scanner: Scanner): string {
  expect(scanner, '[');
  let text = '';
  while (!accept(scanner, ']')) {
    if (isOpening(scanner)) text += `(${list(scanner, astring, 1).join(' ')})`;
    else text += itemText(scanner, '"]"');
    if (separator(scanner)) text += isNext(scanner, ']') ? '' : ' ';
  }
  return text.toUpperCase();
}

function origin(scanner: Scanner): string {
  if (!accept(scanner, '<')) return '';
  const offset = number(scanner);
  if (!isNext(scanner, '.')) {
    expect(scanner, '>');
    return `<${offset}>`;
  }
  // RFC 9051 section 7.5.2: only the origin octet. Some servers send the length too.
  noteInstead(scanner, 'origin', '">"');
  accept(scanner, '.');
  const length = number(scanner);
  expect(scanner, '>');
  return `<${offset}.${length}>`;
}
