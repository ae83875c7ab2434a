import { type Value, words } from '../../value.ts';
import { type Finding, finding } from '../findings.ts';
import { spacing } from '../imap-response.ts';
import type { Framed } from '../literal-reader.ts';
import { type NumberReader, number32, positive32 } from '../numbers.ts';
import { decodeLines } from '../octets.ts';
import type { UntaggedResponse } from '../reply.ts';
import { atEnd, createScanner, fail, type Grammar, GrammarError, type Scanner } from '../scanner.ts';
import { endOfResponse, separator, space } from '../spaces.ts';
import { wordsToEnd } from '../tokens.ts';
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
import { capabilities, responseText } from './response-text.ts';
import { extendedSearch, numbers, threads, vanished } from './search.ts';

type Found = Pick<UntaggedResponse, 'data' | 'responseCode'>;

/** Reads what follows a response's name. */
type Reader = (scanner: Scanner, seq: Value) => Found;

function data(read: (scanner: Scanner, seq: Value) => Value): Reader {
  return (scanner, seq) => {
    gap(scanner);
    const found = read(scanner, seq);
    endOfResponse(scanner);
    return { data: found };
  };
}

/** The space after a response's name, if anything follows. */
function gap(scanner: Scanner): void {
  if (!atEnd(scanner) && !separator(scanner) && !atEnd(scanner)) space(scanner);
}

const seqAlone = (_: Scanner, seq: Value): Value => seq;

/** Responses by name. Others are kept as text. */
const named: Readonly<Record<string, Reader>> = {
  CAPABILITY: data(capabilities),
  ENABLED: data((scanner) => words(wordsToEnd(scanner))),
  FLAGS: data((scanner) => flags(scanner)),
  LIST: data(mailboxList),
  LSUB: data(mailboxList),
  XLIST: data(mailboxList),
  NAMESPACE: data(namespace),
  STATUS: data(mailboxStatus),
  ESEARCH: data(extendedSearch),
  SEARCH: data(numbers('unordered')),
  SORT: data(numbers('ordered')),
  THREAD: data(threads),
  ID: data(identification),
  QUOTA: data(quota),
  QUOTAROOT: data(quotaRoot),
  ACL: data(accessControl),
  LISTRIGHTS: data(listRights),
  MYRIGHTS: data(myRights),
  VANISHED: data(vanished),
  METADATA: data(metadata),
  LANGUAGE: data(languages),
};

interface Numbered {
  readonly number: NumberReader;
  /** The number's name in expectations. */
  readonly field: string;
  readonly read: Reader;
}

/** Responses whose number precedes their name. */
const numbered: Readonly<Record<string, Numbered>> = {
  EXISTS: { number: number32, field: 'EXISTS', read: data(seqAlone) },
  RECENT: { number: number32, field: 'RECENT', read: data(seqAlone) },
  EXPUNGE: { number: positive32, field: 'EXPUNGE', read: data(seqAlone) },
  FETCH: { number: positive32, field: 'seq', read: data(messageData) },
};

const statuses: ReadonlySet<string> = new Set(['OK', 'NO', 'BAD', 'BYE', 'PREAUTH']);

/** `text` is human-readable; `code` is the response code's name or null; the code's data is under its name. */
const status: Reader = (scanner) => {
  const { responseCode, text } = responseText(scanner);
  if (responseCode === undefined) return { data: { text, code: null } };
  const { name } = responseCode;
  const codeData = Object.fromEntries([[name, responseCode.data ?? true]]);
  return { data: { ...codeData, text, code: name }, responseCode };
};

/** An untagged response, and its violations of the grammar. A response that cannot be parsed has no data. */
export interface ParsedUntagged {
  readonly response: UntaggedResponse;
  readonly findings: readonly Finding[];
  /** The number of items in its lists. */
  readonly items: number;
}

/** The grammar knows no longer name. */
const longestHead = 100;

/** RFC 9051 section 9, "response-data": a number and a name, or a name. */
const headPattern = /^([ \t]*)(?:(-?\d+)([ \t]+))?([^ \t()[\]{"\\\0-\x1f]+)/;

/** Reads a response `* …`, complete with its literals and its line end. */
export function parseUntagged(framed: Framed, grammar: Grammar): ParsedUntagged {
  const { raw, end } = framed;
  const start = '* '.length;
  const text = decodeLines(raw.subarray(start, end));
  const head = raw.toString('latin1', start, Math.min(end, start + longestHead));
  const [before, leading = '', count, between, word] = headPattern.exec(head) ?? [];
  if (before === undefined || word === undefined) {
    const nameless = finding('imap.response.syntax', 'a response has no name', raw);
    return { response: { name: '', text }, findings: [...framed.findings, nameless], items: 0 };
  }
  const findings = [...framed.findings];
  if (raw[1] !== SPACE || leading !== '') findings.push(spacing(raw.toString('latin1', 1, 2) + leading, '"*"', raw));
  if (between !== undefined && between !== ' ') findings.push(spacing(between, 'the number', raw));
  const name = word.toUpperCase();
  const scanner = createScanner(raw, start + leading.length, end, `${name} response`, grammar);
  try {
    const found = readData(scanner, name, count !== undefined, start + before.length);
    return { response: { name, text, ...found }, findings: [...findings, ...scanner.findings], items: scanner.items };
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    return { response: { name, text }, findings: [...findings, ...scanner.findings, error.finding(raw)], items: 0 };
  }
}

const SPACE = 0x20;

/**
 * Refuses anything other than the number that belongs before EXISTS and the like: `* +3 EXISTS` is not a response of an
 * extension.
 */
function refuseCount(scanner: Scanner, behindName: number): void {
  const { octets, end } = scanner;
  const next = octets.toString('latin1', behindName, Math.min(end, behindName + longestHead));
  const name = /^[ \t]+([A-Za-z]+)/.exec(next)?.[1]?.toUpperCase();
  if (name === undefined || own(numbered, name) === undefined) return;
  scanner.path.splice(0, 1, `${name} response`);
  fail(scanner, 'a number');
}

function readData(scanner: Scanner, name: string, hasNumber: boolean, behindName: number): Found {
  const row = own(numbered, name);
  const read = statuses.has(name) ? status : (own(named, name) ?? row?.read);
  if (read === undefined) {
    refuseCount(scanner, behindName);
    return {};
  }
  const seq = row?.number(scanner, row.field);
  // A number before a name that must not have one.
  if (row === undefined && hasNumber) fail(scanner, `"${name}"`);
  scanner.at = behindName;
  return read(scanner, seq ?? 0);
}
