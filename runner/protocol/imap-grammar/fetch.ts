import { type Fields, type Value, words } from '../../value.ts';
import { accept, expect, isNext, type Production, production, type Scanner, space } from '../scanner.ts';
import { anyText, astring, isOpening, itemText, list, nested, nil, nstring, number, string, word } from '../tokens.ts';
import { body } from './body-structure.ts';
import { envelope } from './envelope.ts';
import { own } from './names.ts';

/** RFC 9051 section 2.3.2: a set without regard to case; RFC 3501's `\Recent` counts only where a scenario names it. */
export function flags(scanner: Scanner): Value {
  return words(
    production(scanner, 'flag-list', () => list(scanner, word)),
    { caseless: true, optional: ['\\Recent'] },
  );
}

const inParentheses =
  (read: Production): Production =>
  (scanner) =>
    nested(scanner, () => read(scanner));

/** What FETCH items without a section hold, by name. Items that are not here are kept as text. */
const items: Readonly<Record<string, Production>> = {
  UID: number,
  FLAGS: flags,
  INTERNALDATE: string,
  'RFC822.SIZE': number,
  ENVELOPE: envelope,
  BODY: body,
  BODYSTRUCTURE: body,
  RFC822: nstring,
  'RFC822.HEADER': nstring,
  'RFC822.TEXT': nstring,
  MODSEQ: inParentheses(number), // RFC 7162 section 3.1.4
  EMAILID: inParentheses(astring), // RFC 8474 section 5.1
  THREADID: (scanner) => (nil(scanner) ? null : nested(scanner, () => astring(scanner))), // RFC 8474 section 5.2
  PREVIEW: nstring, // RFC 8970 section 3
  SAVEDATE: nstring, // RFC 8514 section 4.3
  'X-GM-MSGID': number,
  'X-GM-THRID': number,
  'X-GM-LABELS': (scanner) => words(list(scanner, (each) => (isNext(each, '\\') ? word(each) : astring(each)))),
};

/** The same for items with a section in brackets. */
const sectionItems: Readonly<Record<string, Production>> = {
  BODY: nstring,
  'BODY.PEEK': nstring,
  BINARY: nstring, // RFC 9051 section 6.4.5.1
  'BINARY.SIZE': number,
};

/**
 * RFC 9051 section 7.5.2: the message's data by item, in upper case with the section as sent, and `seq`.
 * A partial item, `BODY[TEXT]<0>`, stands also under its name without the origin.
 */
export function messageData(scanner: Scanner, seq: number | string): Fields {
  const found = new Map<string, Value>([['seq', seq]]);
  production(scanner, 'msg-att', () =>
    list(scanner, () => {
      const { name, whole, read } = itemName(scanner);
      space(scanner);
      const value = production(scanner, name, read);
      found.set(name, value);
      if (whole !== name && !found.has(whole)) found.set(whole, value);
    }),
  );
  return Object.fromEntries(found);
}

interface Item {
  readonly name: string;
  /** Without the origin of a partial item. */
  readonly whole: string;
  readonly read: Production;
}

function itemName(scanner: Scanner): Item {
  const word = itemText(scanner, 'the name of a data item').toUpperCase();
  if (!isNext(scanner, '[')) return { name: word, whole: word, read: own(items, word) ?? anyText };
  const whole = `${word}[${production(scanner, `${word} section`, section)}]`;
  return { name: whole + origin(scanner), whole, read: own(sectionItems, word) ?? anyText };
}

/** RFC 9051 section 9, "section": `1.2.HEADER.FIELDS (SUBJECT)`. Header names may be quoted; here they are not. */
function section(scanner: Scanner): string {
  expect(scanner, '[');
  let text = '';
  while (!accept(scanner, ']')) {
    if (accept(scanner, ' ')) text += ' ';
    else if (isOpening(scanner)) text += `(${list(scanner, astring).join(' ')})`;
    else text += itemText(scanner, '"]"');
  }
  return text.toUpperCase();
}

function origin(scanner: Scanner): string {
  if (!accept(scanner, '<')) return '';
  const offset = number(scanner);
  // RFC 9051 section 7.5.2: only the origin octet. Some servers send the length too.
  const length = accept(scanner, '.') ? `.${number(scanner)}` : '';
  expect(scanner, '>');
  return `<${offset}${length}>`;
}
