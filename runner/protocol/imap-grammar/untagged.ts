import { type Value, words } from '../../value.ts';
import { violation } from '../limits.ts';
import { decodeLines } from '../octets.ts';
import { ProtocolError, type UntaggedResponse } from '../reply.ts';
import { atEnd, createScanner, endOfResponse, fail, GrammarError, rest, type Scanner, space } from '../scanner.ts';
import { number, wordsToEnd } from '../tokens.ts';
import {
  accessControl,
  identification,
  languages,
  listRights,
  metadata,
  myRights,
  quota,
  quotaRoot,
} from './administration.ts';
import { flags, messageData } from './fetch.ts';
import { mailboxList, mailboxStatus, namespace } from './mailbox.ts';
import { own } from './names.ts';
import { responseText } from './response-text.ts';
import { extendedSearch, numbers, vanished } from './search.ts';

type Found = Pick<UntaggedResponse, 'data' | 'responseCode'>;

/** How what follows a response's name is read, and where the rule stands. */
interface Grammar {
  readonly rule: string;
  /** `seq`: the number before the name, of responses that have one. */
  readonly read: (scanner: Scanner, seq: number | string) => Found;
}

function data(rule: string, read: (scanner: Scanner, seq: number | string) => Value): Grammar {
  return {
    rule,
    read(scanner, seq) {
      const found = read(scanner, seq);
      endOfResponse(scanner);
      return { data: found };
    },
  };
}

const keywords = (scanner: Scanner): Value => words(wordsToEnd(scanner));
const seqAlone = (_: Scanner, seq: number | string): Value => seq;

/** Responses by name. Those that no table has are kept as text. */
const named: Readonly<Record<string, Grammar>> = {
  CAPABILITY: data('RFC 9051 section 7.2.2', keywords),
  ENABLED: data('RFC 9051 section 7.2.1', keywords),
  FLAGS: data('RFC 9051 section 7.3.5', flags),
  LIST: data('RFC 9051 section 7.3.1', mailboxList),
  LSUB: data('RFC 3501 section 7.2.3', mailboxList),
  XLIST: data('RFC 9051 section 7.3.1', mailboxList),
  NAMESPACE: data('RFC 9051 section 7.3.2', namespace),
  STATUS: data('RFC 9051 section 7.3.3', mailboxStatus),
  ESEARCH: data('RFC 9051 section 7.3.4', extendedSearch),
  SEARCH: data('RFC 3501 section 7.2.5', numbers),
  SORT: data('RFC 5256 section 4', numbers),
  THREAD: data('RFC 5256 section 4', rest),
  ID: data('RFC 2971 section 3.2', identification),
  QUOTA: data('RFC 9208 section 4.2.1', quota),
  QUOTAROOT: data('RFC 9208 section 4.2.2', quotaRoot),
  ACL: data('RFC 4314 section 3.6', accessControl),
  LISTRIGHTS: data('RFC 4314 section 3.7', listRights),
  MYRIGHTS: data('RFC 4314 section 3.8', myRights),
  VANISHED: data('RFC 7162 section 3.2.10', vanished),
  METADATA: data('RFC 5464 section 4.4', metadata),
  LANGUAGE: data('RFC 5255 section 3.3', languages),
};

/** Responses that have their number before the name. */
const numbered: Readonly<Record<string, Grammar>> = {
  EXISTS: data('RFC 9051 section 7.4.1', seqAlone),
  RECENT: data('RFC 3501 section 7.3.2', seqAlone),
  EXPUNGE: data('RFC 9051 section 7.5.1', seqAlone),
  FETCH: data('RFC 9051 section 7.5.2', messageData),
};

const statuses: ReadonlySet<string> = new Set(['OK', 'NO', 'BAD', 'BYE', 'PREAUTH']);

/** `text` for people, `code` (its name, or null), and the code's data under its name. */
const status: Grammar = {
  rule: 'RFC 9051 section 7.1',
  read(scanner) {
    const { responseCode, text } = responseText(scanner);
    if (responseCode === undefined) return { data: { text, code: null } };
    const { name } = responseCode;
    const codeData = Object.fromEntries([[name, responseCode.data ?? true]]);
    return { data: { ...codeData, text, code: name }, responseCode };
  },
};

/** An untagged response; where its data break the grammar, the violation too, and the response without data. */
export interface ParsedUntagged {
  readonly response: UntaggedResponse;
  readonly error?: ProtocolError;
}

/** Names of responses are short; a longer one is none that the grammar knows. */
const longestHead = 100;

/** Reads a response `* …`, complete with its literals and its CRLF. */
export function parseUntagged(raw: Buffer): ParsedUntagged {
  const start = '* '.length;
  const end = raw.length - '\r\n'.length;
  const text = decodeLines(raw.subarray(start, end));
  // RFC 9051 section 9, "response-data": a number and a name, or a name.
  const head = raw.toString('latin1', start, Math.min(end, start + longestHead));
  const [before, count, word] = /^(?:(\d+) )?([^ ()[\]{"\\\0-\x1f]+)/.exec(head) ?? [];
  if (before === undefined || word === undefined) {
    return { response: { name: '', text }, error: violation('a response has no name', 'RFC 9051 section 7', raw) };
  }
  const name = word.toUpperCase();
  const grammar = statuses.has(name) ? status : (own(named, name) ?? own(numbered, name));
  if (grammar === undefined) return { response: { name, text } };

  const scanner = createScanner(raw, start, end, `${name} response`);
  try {
    const seq = own(numbered, name) === undefined ? undefined : number(scanner);
    if (seq !== undefined) space(scanner);
    // A number before a name that has none.
    else if (count !== undefined) fail(scanner, `"${name}"`);
    scanner.at = start + before.length;
    if (!atEnd(scanner)) space(scanner);
    return { response: { name, text, ...grammar.read(scanner, seq ?? 0) } };
  } catch (error) {
    if (error instanceof GrammarError) {
      return { response: { name, text }, error: violation(error.message, grammar.rule, raw) };
    }
    if (error instanceof ProtocolError) return { response: { name, text }, error };
    throw error;
  }
}
