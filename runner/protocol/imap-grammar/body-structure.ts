import { type Fields, type Value, words } from '../../value.ts';
import { number32, number63 } from '../numbers.ts';
import { type Production, production, type Scanner } from '../scanner.ts';
import { listSeparator, noSpaceBeforeList, space } from '../spaces.ts';
import { anyValue, countItem, isOpening, list, nested, nil, nilOr, nstring, string, stringOrNil } from '../tokens.ts';
import { envelope } from './envelope.ts';

type Entry = readonly [name: string, value: Value];

/**
 * RFC 9051 section 7.5.2, BODYSTRUCTURE and BODY without a section. A part has `type`, `subtype`, `params` (names in
 * lower case), `id`, `description`, `encoding`, `size` and `lines`; of BODYSTRUCTURE's extension data, it has what was
 * sent: `md5`, `disposition` (`type`, `params`), `language`, `location`, `extension`. A multipart has `type:
 * multipart`, `subtype` and `parts`; a message in a message has `envelope`, `body` and `lines`. Case is ignored in
 * media types, encodings and dispositions.
 */
export function body(scanner: Scanner): Fields {
  return production(scanner, 'body', () =>
    nested(scanner, () => Object.fromEntries(isOpening(scanner) ? multipart(scanner) : singlePart(scanner))),
  );
}

function multipart(scanner: Scanner): Entry[] {
  const parts: Fields[] = [];
  while (isOpening(scanner)) {
    countItem(scanner);
    parts.push(body(scanner));
    noSpaceBeforeList(scanner);
  }
  space(scanner);
  const subtype = keyword(scanner, 'media-subtype');
  return [
    ['type', words(['multipart'])],
    ['subtype', subtype],
    ['parts', parts],
    ...optional(scanner, [['params', parameters], ...dispositionOnwards]),
  ];
}

function singlePart(scanner: Scanner): Entry[] {
  const type = keyword(scanner, 'media-type');
  space(scanner);
  const subtype = keyword(scanner, 'media-subtype');
  space(scanner);
  const params = production(scanner, 'body-fld-param', parameters);
  space(scanner);
  const id = production(scanner, 'body-fld-id', nstring);
  space(scanner);
  const description = production(scanner, 'body-fld-desc', nstring);
  space(scanner);
  const encoding = keyword(scanner, 'body-fld-enc');
  space(scanner);
  const size = production(scanner, 'body-fld-octets', (each) => number32(each, 'size'));
  return [
    ['type', type],
    ['subtype', subtype],
    ['params', params],
    ['id', id],
    ['description', description],
    ['encoding', encoding],
    ['size', size],
    ...typeFields(scanner, `${type.text}/${subtype.text}`.toLowerCase()),
    ...optional(scanner, [['md5', nstring], ...dispositionOnwards]),
  ];
}

/** RFC 9051 section 9, "body-type-msg" and "body-type-text": the fields that only these types have. */
function typeFields(scanner: Scanner, type: string): Entry[] {
  if (type.startsWith('text/')) return [lines(scanner)];
  if (type !== 'message/rfc822' && type !== 'message/global') return [];
  space(scanner);
  const inner = envelope(scanner);
  space(scanner);
  return [['envelope', inner], ['body', body(scanner)], lines(scanner)];
}

function lines(scanner: Scanner): Entry {
  space(scanner);
  return ['lines', production(scanner, 'body-fld-lines', (each) => number63(each, 'lines'))];
}

type Field = readonly [name: string, read: Production];

/** The fields that "body-ext-1part" and "body-ext-mpart" (RFC 9051 section 9) have in common. */
const dispositionOnwards: readonly Field[] = [
  ['disposition', (scanner) => nilOr(scanner, disposition)],
  ['language', language],
  ['location', nstring],
];

/** Each field may be missing, and then all after it are. Anything after them is for future versions. */
function optional(scanner: Scanner, fields: readonly Field[]): Entry[] {
  const entries: Entry[] = [];
  for (const [name, read] of fields) {
    if (!listSeparator(scanner)) return entries;
    entries.push([name, production(scanner, `body-fld-${name}`, read)]);
  }
  const extension: Value[] = [];
  while (listSeparator(scanner)) {
    countItem(scanner);
    extension.push(production(scanner, 'body-extension', anyValue));
  }
  if (extension.length > 0) entries.push(['extension', extension]);
  return entries;
}

function keyword(scanner: Scanner, name: string) {
  const text = production(scanner, name, string);
  return words([text], { text, caseless: true });
}

/** NIL, or alternating names and values. */
function parameters(scanner: Scanner): Fields | null {
  if (nil(scanner)) return null;
  return Object.fromEntries(
    list(
      scanner,
      () => {
        const name = string(scanner).toLowerCase();
        space(scanner);
        return [name, stringOrNil(scanner)];
      },
      1,
    ),
  );
}

function disposition(scanner: Scanner): Fields {
  return nested(scanner, () => {
    const type = keyword(scanner, 'disposition type');
    space(scanner);
    return { type, params: parameters(scanner) };
  });
}

function language(scanner: Scanner): Value {
  return isOpening(scanner) ? list(scanner, string, 1) : nstring(scanner);
}
