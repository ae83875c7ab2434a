import type { Fields, Value } from '../../value.ts';
import { number63 } from '../numbers.ts';
import { production, type Scanner } from '../scanner.ts';
import { separator, space } from '../spaces.ts';
import { astring, atom, countItem, isOpening, list, nilOr, nstring, string } from '../tokens.ts';
import { mailbox } from './mailbox.ts';

/** RFC 2971 section 3.2, ID: null, or the fields, with names in lower case. */
export function identification(scanner: Scanner): Value {
  return nilOr(scanner, () => namesAndValues(scanner, (each) => string(each).toLowerCase()));
}

/** `(name value name value)`. */
function namesAndValues(scanner: Scanner, readName: (scanner: Scanner) => string): Fields {
  return Object.fromEntries(
    list(scanner, () => {
      const name = readName(scanner);
      space(scanner);
      return [name, nstring(scanner)];
    }),
  );
}

/** RFC 9208 section 4.2.1, QUOTA: `root`, and for each resource `usage` and `limit`. STORAGE counts units of 1024 octets. */
export function quota(scanner: Scanner): Fields {
  const root = production(scanner, 'quota-root-name', astring);
  space(scanner);
  const resources = production(scanner, 'quota-list', () =>
    list(scanner, () => {
      const name = atom(scanner).toUpperCase();
      space(scanner);
      const usage = number63(scanner, 'usage');
      space(scanner);
      return [name, { usage, limit: number63(scanner, 'limit') }] as const;
    }),
  );
  return { ...Object.fromEntries(resources), root };
}

/** RFC 9208 section 4.2.2, QUOTAROOT: the mailbox's `name`, and the `roots` that apply to it. */
export function quotaRoot(scanner: Scanner): Fields {
  return { ...mailbox(scanner), roots: astringsToEnd(scanner) };
}

function astringsToEnd(scanner: Scanner): string[] {
  const found: string[] = [];
  while (separator(scanner)) {
    countItem(scanner);
    found.push(astring(scanner));
  }
  return found;
}

/** RFC 4314 section 3.6, ACL: the mailbox's `name`, and `rights` by identifier. */
export function accessControl(scanner: Scanner): Fields {
  const named = mailbox(scanner);
  const rights: [string, string][] = [];
  while (separator(scanner)) {
    countItem(scanner);
    const identifier = production(scanner, 'identifier', astring);
    space(scanner);
    rights.push([identifier, production(scanner, 'rights', astring)]);
  }
  return { ...named, rights: Object.fromEntries(rights) };
}

/** RFC 4314 section 3.8, MYRIGHTS: the mailbox's `name`, and `rights`. */
export function myRights(scanner: Scanner): Fields {
  const named = mailbox(scanner);
  space(scanner);
  const rights = production(scanner, 'rights', astring);
  return { ...named, rights };
}

/**
 * RFC 4314 section 3.7, LISTRIGHTS: `name`, `identifier`, the `required` rights, and the `optional` ones, in which tied
 * rights are one word.
 */
export function listRights(scanner: Scanner): Fields {
  const named = mailbox(scanner);
  space(scanner);
  const identifier = production(scanner, 'identifier', astring);
  space(scanner);
  const required = production(scanner, 'rights', astring);
  return { ...named, identifier, required, optional: astringsToEnd(scanner) };
}

/**
 * RFC 5464 section 4.4, METADATA: the mailbox's `name` (empty: the server), and `entries`: values by name, or only
 * names.
 */
export function metadata(scanner: Scanner): Fields {
  const named = mailbox(scanner);
  space(scanner);
  if (!isOpening(scanner)) {
    const entries = [production(scanner, 'entry', astring), ...astringsToEnd(scanner)];
    return { ...named, entries };
  }
  const entries = production(scanner, 'entry-values', () => namesAndValues(scanner, astring));
  return { ...named, entries };
}

/** RFC 5255 section 3.3, LANGUAGE: the language tags. */
export function languages(scanner: Scanner): Value {
  return list(scanner, astring, 1);
}
