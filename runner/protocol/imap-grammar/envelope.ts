import type { Fields } from '../../value.ts';
import { type Production, production, type Scanner } from '../scanner.ts';
import { noSpaceBeforeList, space } from '../spaces.ts';
import { countItem, isOpening, nested, nil, noItem, nstring } from '../tokens.ts';

/**
 * RFC 9051 section 7.5.2, ENVELOPE: `date`, `subject`, `from`, `sender`, `reply-to`, `to`, `cc`, `bcc`, `in-reply-to`,
 * `message-id`. NIL is null; encoded words are not decoded.
 */
export function envelope(scanner: Scanner): Fields {
  return production(scanner, 'envelope', () => nested(scanner, readFields));
}

const fields: readonly (readonly [name: string, read: Production])[] = [
  ['date', nstring],
  ['subject', nstring],
  ['from', addresses],
  ['sender', addresses],
  ['reply-to', addresses],
  ['to', addresses],
  ['cc', addresses],
  ['bcc', addresses],
  ['in-reply-to', nstring],
  ['message-id', nstring],
];

function readFields(scanner: Scanner): Fields {
  return Object.fromEntries(
    fields.map(([name, read], index) => {
      if (index > 0) space(scanner);
      return [name, production(scanner, `env-${name}`, read)];
    }),
  );
}

function addresses(scanner: Scanner): readonly Fields[] | null {
  if (nil(scanner)) return null;
  return nested(scanner, () => {
    const found: Fields[] = [];
    while (isOpening(scanner)) {
      countItem(scanner);
      found.push(production(scanner, 'address', () => nested(scanner, address)));
      noSpaceBeforeList(scanner);
    }
    if (found.length === 0) noItem(scanner);
    return found;
  });
}

/** `email` is our addition: mailbox and host together. The grammar's groups have a name and no host, or neither. */
function address(scanner: Scanner): Fields {
  const name = nstring(scanner);
  space(scanner);
  const adl = nstring(scanner);
  space(scanner);
  const mailbox = nstring(scanner);
  space(scanner);
  const host = nstring(scanner);
  return { name, adl, mailbox, host, email: mailbox === null || host === null ? null : `${mailbox}@${host}` };
}
