import { cutEvidence } from './limits.ts';

/** What can be wrong. The name of a finding is its subject and one of these: `imap.flag-list.trailing-space`. */
export const flaws = {
  syntax: 'anything else that the grammar does not allow',
  'leading-space': 'a space after an opening parenthesis, or at the beginning of a line',
  'trailing-space': 'a space before a closing parenthesis, or at the end of a line',
  'extra-space': 'two spaces where one belongs, or one where none belongs',
  'missing-space': 'no space where one belongs',
  tab: 'a tab where a space belongs',
  nil: 'NIL where a value is required',
  quoted: 'a string where an atom belongs',
  unquoted: 'an atom or plain text where a string belongs',
  escape: 'a backslash before a character that must not be escaped',
  'eight-bit': 'an octet above 127 where only US-ASCII is allowed',
  control: 'NUL, CR or another control character where none is allowed',
  literal: 'a literal in a form that servers must not send here, such as "{5+}" or "~{5}"',
  range: 'a number out of its range',
  empty: 'an empty list where an item is required',
  duplicate: 'the same item twice',
  'bare-lf': 'a line that ends with LF instead of CRLF',
  length: 'a line, or a quoted string, longer than the protocol allows',
  incomplete: 'the beginning of a reply whose end never came',
  status: 'a status that the protocol does not have, or does not allow here',
  lowercase: 'a status that is not in upper case',
  'unknown-tag': 'a tag that no command had',
  wildcard: '"\\*" outside PERMANENTFLAGS',
  attribute: 'an attribute that does not begin with a backslash',
  conflict: 'attributes that exclude each other',
  delimiter: 'a hierarchy delimiter that is not exactly one character in quotes',
  'utf-7': "a name that is not in IMAP's modified UTF-7, or not in its canonical form",
  forbidden: 'a response that the command under way forbids',
  peek: 'the ".PEEK" of the request',
  origin: 'more than the first octet in the name of a partial section',
  'date-time': 'a date and time in a form that the grammar does not allow',
  starttls: 'STARTTLS (in POP3 STLS) still advertised when TLS is already active',
  code: 'a reply code other than the one that the RFC prescribes here',
  codes: 'a reply whose lines have different codes, or some lines no code',
  domain: 'no server name in the first line',
  class: 'an enhanced status code of another class than the reply code',
  keyword: 'a keyword with a character that keywords must not contain',
  parameter: 'a parameter in the wrong form',
  revision: 'neither IMAP4rev1 nor IMAP4rev2',
  'no-mechanism': 'AUTH without a mechanism, or with a name that no mechanism can have',
  active: 'two active scripts',
  'dot-stuffing': 'a line of a body that begins with a dot that was not doubled',
  number: 'the number of a message other than the requested one',
  'too-few': 'fewer replies to a message than recipients that were accepted',
  'close-notify': 'no close_notify alert before the end of the connection',
} as const;

export type Flaw = keyof typeof flaws;

/** The flaws that any response in the grammar of RFC 9051 or RFC 5804 can have. */
const common = [
  'syntax',
  'leading-space',
  'trailing-space',
  'extra-space',
  'missing-space',
  'tab',
  'nil',
  'quoted',
  'unquoted',
  'escape',
  'eight-bit',
  'control',
  'literal',
  'range',
  'empty',
  'duplicate',
] as const satisfies readonly Flaw[];

interface Row {
  /** The subject in a report: `a list of flags`. */
  readonly what: string;
  /** The RFC and section of the rule. */
  readonly rule: string;
  readonly flaws: readonly Flaw[];
  /** The rules of flaws that have one of their own. */
  readonly rules?: Readonly<Partial<Record<Flaw, string>>>;
  /** After these flaws it is unknown where the next reply begins. They end the session and cannot be tolerated. */
  readonly fatal?: readonly Flaw[];
}

/** The subjects of findings. `docs/violations.md` is generated from this table. */
export const subjects = {
  'smtp.reply': {
    what: 'a reply',
    rule: 'RFC 5321 section 4.2',
    flaws: ['syntax', 'bare-lf', 'control', 'eight-bit', 'missing-space', 'codes', 'range', 'length', 'incomplete'],
    fatal: ['syntax'],
  },
  'smtp.enhanced-code': {
    what: 'an enhanced status code',
    rule: 'RFC 2034 section 4',
    flaws: ['class', 'codes', 'syntax'],
    rules: { codes: 'RFC 2034 section 3', syntax: 'RFC 3463 section 2' },
  },
  'smtp.ehlo': {
    what: 'the reply to EHLO or LHLO',
    rule: 'RFC 5321 section 4.1.1.1',
    flaws: ['domain', 'leading-space', 'keyword', 'parameter', 'no-mechanism', 'starttls'],
    rules: { 'no-mechanism': 'RFC 4954 section 3', starttls: 'RFC 3207 section 4.2' },
  },
  'smtp.auth': { what: 'a reply to AUTH', rule: 'RFC 4954 section 4', flaws: ['code', 'extra-space'] },
  'lmtp.message': { what: 'the replies to a message', rule: 'RFC 2033 section 4.2', flaws: ['too-few'] },

  'imap.greeting': { what: 'the greeting', rule: 'RFC 9051 section 7.1', flaws: ['syntax'], fatal: ['syntax'] },
  'imap.response': {
    what: 'a response of any kind',
    rule: 'RFC 9051 section 2.2',
    flaws: [...common, 'bare-lf', 'incomplete'],
  },
  'imap.tagged': { what: 'a tagged response', rule: 'RFC 9051 section 2.2.2', flaws: ['unknown-tag', 'status'] },
  'imap.resp-text': {
    what: 'the text of a status response',
    rule: 'RFC 9051 section 7.1',
    flaws: common,
  },
  'imap.resp-text-code': { what: 'a response code', rule: 'RFC 9051 section 7.1', flaws: common },
  'imap.capability': {
    what: 'CAPABILITY',
    rule: 'RFC 9051 section 7.2.2',
    flaws: [...common, 'revision', 'no-mechanism', 'starttls'],
    rules: { 'no-mechanism': 'RFC 9051 section 9, "capability"', starttls: 'RFC 9051 section 6.2.1' },
  },
  'imap.enabled': { what: 'ENABLED', rule: 'RFC 9051 section 7.2.1', flaws: common },
  'imap.flag-list': {
    what: 'a list of flags',
    rule: 'RFC 9051 section 9, "flag-list"',
    flaws: [...common, 'wildcard'],
  },
  'imap.flags': { what: 'FLAGS', rule: 'RFC 9051 section 7.3.5', flaws: common },
  'imap.list': {
    what: 'LIST, LSUB and XLIST',
    rule: 'RFC 9051 section 7.3.1',
    flaws: [...common, 'attribute', 'conflict', 'delimiter'],
  },
  'imap.mailbox': {
    what: 'the name of a mailbox',
    rule: 'RFC 3501 section 5.1.3',
    flaws: [...common, 'utf-7'],
  },
  'imap.namespace': { what: 'NAMESPACE', rule: 'RFC 9051 section 7.3.2', flaws: [...common, 'delimiter'] },
  'imap.status': { what: 'STATUS', rule: 'RFC 9051 section 7.3.3', flaws: common },
  'imap.esearch': { what: 'ESEARCH', rule: 'RFC 9051 section 7.3.4', flaws: [...common, 'unknown-tag'] },
  'imap.search': { what: 'SEARCH', rule: 'RFC 3501 section 7.2.5', flaws: common },
  'imap.sort': { what: 'SORT', rule: 'RFC 5256 section 4', flaws: common },
  'imap.thread': { what: 'THREAD', rule: 'RFC 5256 section 4', flaws: common },
  'imap.exists': { what: 'EXISTS', rule: 'RFC 9051 section 7.4.1', flaws: common },
  'imap.recent': { what: 'RECENT', rule: 'RFC 3501 section 7.3.2', flaws: common },
  'imap.expunge': { what: 'EXPUNGE', rule: 'RFC 9051 section 7.5.1', flaws: [...common, 'forbidden'] },
  'imap.vanished': { what: 'VANISHED', rule: 'RFC 7162 section 3.2.10', flaws: common },
  'imap.uid-set': { what: 'a set of UIDs', rule: 'RFC 9051 section 9, "uid-set"', flaws: common },
  'imap.fetch': {
    what: 'FETCH',
    rule: 'RFC 9051 section 7.5.2',
    flaws: [...common, 'peek', 'origin', 'date-time'],
  },
  'imap.envelope': { what: 'ENVELOPE', rule: 'RFC 9051 section 9, "envelope"', flaws: common },
  'imap.body': { what: 'BODY and BODYSTRUCTURE', rule: 'RFC 9051 section 9, "body"', flaws: common },
  'imap.id': { what: 'ID', rule: 'RFC 2971 section 3.2', flaws: common },
  'imap.quota': { what: 'QUOTA', rule: 'RFC 9208 section 4.2.1', flaws: common },
  'imap.quotaroot': { what: 'QUOTAROOT', rule: 'RFC 9208 section 4.2.2', flaws: common },
  'imap.acl': { what: 'ACL', rule: 'RFC 4314 section 3.6', flaws: common },
  'imap.listrights': { what: 'LISTRIGHTS', rule: 'RFC 4314 section 3.7', flaws: common },
  'imap.myrights': { what: 'MYRIGHTS', rule: 'RFC 4314 section 3.8', flaws: common },
  'imap.metadata': { what: 'METADATA', rule: 'RFC 5464 section 4.4', flaws: common },
  'imap.language': { what: 'LANGUAGE', rule: 'RFC 5255 section 3.3', flaws: common },

  'pop3.reply': {
    what: 'the first line of a response',
    rule: 'RFC 1939 section 3',
    flaws: [
      'syntax',
      'bare-lf',
      'control',
      'eight-bit',
      'missing-space',
      'lowercase',
      'status',
      'length',
      'incomplete',
    ],
    fatal: ['syntax'],
  },
  'pop3.body': { what: 'the lines after it', rule: 'RFC 1939 section 3', flaws: ['bare-lf', 'dot-stuffing'] },
  'pop3.stat': { what: 'the reply to STAT', rule: 'RFC 1939 section 5', flaws: ['syntax'] },
  'pop3.list': {
    what: 'the reply to LIST',
    rule: 'RFC 1939 section 5',
    flaws: ['syntax', 'number', 'duplicate'],
  },
  'pop3.uidl': {
    what: 'the reply to UIDL',
    rule: 'RFC 1939 section 7',
    flaws: ['syntax', 'number', 'duplicate'],
  },
  'pop3.capa': {
    what: 'the reply to CAPA',
    rule: 'RFC 2449 section 3',
    flaws: ['keyword', 'extra-space', 'trailing-space', 'tab', 'eight-bit', 'length', 'starttls'],
    rules: { starttls: 'RFC 2595 section 4' },
  },

  'sieve.greeting': { what: 'the greeting', rule: 'RFC 5804 section 1.7', flaws: ['syntax'], fatal: ['syntax'] },
  'sieve.response': {
    what: 'a response',
    rule: 'RFC 5804 section 4',
    flaws: [...common, 'bare-lf', 'length', 'incomplete'],
  },
  'sieve.resp-code': { what: 'a response code', rule: 'RFC 5804 section 1.3', flaws: common },
  'sieve.capability': {
    what: 'a capability',
    rule: 'RFC 5804 section 1.7',
    flaws: ['syntax', 'duplicate', 'starttls'],
    rules: { starttls: 'RFC 5804 section 2.2' },
  },
  'sieve.listscripts': {
    what: 'the reply to LISTSCRIPTS',
    rule: 'RFC 5804 section 2.7',
    flaws: ['syntax', 'duplicate', 'active'],
  },
  'sieve.getscript': { what: 'the reply to GETSCRIPT', rule: 'RFC 5804 section 2.9', flaws: ['syntax'] },

  'tls.end': { what: 'the end of a connection with TLS', rule: 'RFC 8446 section 6.1', flaws: ['close-notify'] },
} as const satisfies Readonly<Record<string, Row>>;

export type Subject = keyof typeof subjects;

type NamesOf<S extends Subject> = `${S}.${(typeof subjects)[S]['flaws'][number]}`;

export type FindingName = { [S in Subject]: NamesOf<S> }[Subject];

/** A violation of a grammar that leaves the end of the reply recognizable: it is reported together with the reply. */
export interface Finding {
  readonly name: FindingName;
  /** The details: `in FETCH response: in flag-list: a space before ")"`. */
  readonly message: string;
  readonly rule: string;
  /** The octets, cut to a readable length. */
  readonly evidence: Buffer;
  /** The value that an expectation can ask for although it is wrong. */
  readonly about?: About;
}

/**
 * For example `UIDVALIDITY` and its value, or `code` and all codes of a reply. An expectation of exactly that accepts
 * the finding.
 */
export interface About {
  readonly field: string;
  readonly values: readonly (string | number)[];
}

/** The subjects with all the flaws that any response in these grammars can have. */
export type GrammarSubject = {
  [S in Subject]: (typeof common)[number] extends (typeof subjects)[S]['flaws'][number] ? S : never;
}[Subject];

export function isGrammarSubject(name: string): name is GrammarSubject {
  const row: Row | undefined = Object.hasOwn(subjects, name) ? subjects[name as Subject] : undefined;
  return row !== undefined && common.every((flaw) => row.flaws.includes(flaw));
}

export function findingNames(): readonly FindingName[] {
  return (Object.keys(subjects) as Subject[]).flatMap((subject) =>
    subjects[subject].flaws.map((flaw) => `${subject}.${flaw}` as FindingName),
  );
}

export function ruleOf(name: FindingName): string {
  const { rule, rules } = rowOf(name);
  return rules?.[flawOf(name)] ?? rule;
}

/** Whether it is unknown where the next reply begins. */
export function isFatal(name: FindingName): boolean {
  return rowOf(name).fatal?.includes(flawOf(name)) ?? false;
}

function flawOf(name: FindingName): Flaw {
  return name.slice(name.lastIndexOf('.') + 1) as Flaw;
}

function rowOf(name: FindingName): Row {
  return subjects[name.slice(0, name.lastIndexOf('.')) as Subject];
}

export function finding(name: FindingName, message: string, evidence: Buffer, about?: About): Finding {
  return { name, message, rule: ruleOf(name), evidence: cutEvidence(evidence), ...(about && { about }) };
}
