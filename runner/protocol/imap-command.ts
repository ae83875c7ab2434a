import { isWords, type Value } from '../value.ts';
import type { Tags } from './protocol.ts';
import type { ImapReply } from './reply.ts';

/**
 * The capabilities that a reply names, in upper case: from the response code of the final response or greeting, else
 * from the last CAPABILITY response, else from the code of an untagged response. `AUTH=PLAIN` is listed as
 * `AUTH=PLAIN`, and `PLAIN` is among the parameters of `AUTH`. Empty if the reply names none: every list has IMAP4rev1
 * or IMAP4rev2. RFC 9051 sections 7.1 and 7.2.2.
 */
export function parseCapabilities(reply: ImapReply): ReadonlyMap<string, readonly string[]> {
  const own = reply.responseCode?.name === 'CAPABILITY' ? reply.responseCode.data : undefined;
  const response = reply.untagged.findLast(({ name }) => name === 'CAPABILITY')?.data;
  const code = reply.untagged.findLast(({ responseCode }) => responseCode?.name === 'CAPABILITY')?.responseCode?.data;
  return capabilityMap(own ?? response ?? code);
}

function capabilityMap(value: Value | undefined): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  if (!isWords(value)) return found;
  for (const word of value.words) {
    const whole = word.toUpperCase();
    if (!found.has(whole)) found.set(whole, []);
    const equals = whole.indexOf('=');
    if (equals < 1) continue;
    const keyword = whole.slice(0, equals);
    const parameters = found.get(keyword) ?? [];
    found.set(keyword, [...parameters, whole.slice(equals + 1)]);
  }
  return found;
}

/** A part of a command: literal text of the command, or a literal's content. */
export type StringPart = { readonly text: string } | { readonly literal: string };

/**
 * The text in quotes. `undefined` if a quoted string cannot contain it: CR, LF, NUL and, before UTF8=ACCEPT or
 * IMAP4rev2, anything outside US-ASCII. RFC 9051 section 9, "quoted"; RFC 3501 section 9.
 */
function quoteString(text: string): string | undefined {
  return /^[\x01-\x09\x0b\x0c\x0e-\x7f]*$/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : undefined;
}

/** The text as LOGIN and other commands accept it: as an atom if possible, else quoted, else as a literal. */
export function astringPart(text: string): StringPart {
  // An unquoted NIL would be read as no string wherever an nstring is allowed.
  if (/^[A-Za-z0-9!#$&'+,./:;<=>?@^_`|}~\][-]+$/.test(text) && text.toUpperCase() !== 'NIL') return { text };
  const quoted = quoteString(text);
  return quoted === undefined ? { literal: text } : { text: quoted };
}

/** Makes tags `a001`, `a002`, …, except those that the author's commands have used (RFC 9051 section 2.2.1). */
export function createTags(): Tags {
  const used = new Set<string>();
  let last = 0;
  return {
    fresh() {
      for (;;) {
        const tag = `a${String(++last).padStart(3, '0')}`;
        if (!used.has(tag)) return tag;
      }
    },
    note: (tag) => void used.add(tag),
    // RFC 9051 section 9, "tag".
    of: (line) => /^[^\s(){%*"\\\]+]+(?= )/.exec(line.toString('latin1'))?.[0],
  };
}
