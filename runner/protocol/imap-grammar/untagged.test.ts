import assert from 'node:assert/strict';
import { crlf } from '../../../fixtures/wire/transcript.ts';
import { isWords, type Value } from '../../value.ts';
import type { FindingName } from '../findings.ts';
import type { Grammar } from '../scanner.ts';
import { decodeMailboxName, isCanonicalName } from './modified-utf7.ts';
import { type ParsedUntagged, parseUntagged } from './untagged.ts';

const imap: Grammar = { protocol: 'imap', utf8: false, secured: false };

function parse(text: string, grammar: Partial<Grammar> = {}): ParsedUntagged {
  const raw = crlf(`* ${text}`);
  return parseUntagged({ raw, end: raw.length - 2, findings: [] }, { ...imap, ...grammar });
}

function dataOf(text: string): Value | undefined {
  const { response, findings } = parse(text);
  assert.deepEqual(findings, [], text);
  return response.data;
}

/** The data, with words as plain lists. */
function plainData(text: string): unknown {
  const plain = (value: Value | undefined): unknown => {
    if (isWords(value)) return [...value.words];
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  };
  return plain(dataOf(text));
}

describe('parseUntagged()', () => {
  it('reads names in any letters', () => {
    assert.equal(parse('3 exists').response.name, 'EXISTS');
    assert.deepEqual(plainData('search 1'), ['1']);
    assert.deepEqual(plainData('1 fetch (uid 7)'), { seq: 1, UID: 7 });
  });

  it('gives flags as a set without regard to case, in which \\Recent is optional', () => {
    for (const text of [
      'FLAGS (\\Seen \\Recent $Label1)',
      'OK [PERMANENTFLAGS (\\Seen \\*)] x',
      '1 FETCH (FLAGS ())',
    ]) {
      const data = dataOf(text) as { PERMANENTFLAGS?: Value; FLAGS?: Value };
      const flags = data.PERMANENTFLAGS ?? data.FLAGS ?? data;
      assert.ok(isWords(flags as Value));
      assert.equal((flags as { caseless?: boolean }).caseless, true);
      assert.deepEqual((flags as { optional?: unknown }).optional, ['\\Recent']);
    }
  });

  it('reads atoms, quoted strings and literals alike', () => {
    const names = ['STATUS box ()', 'STATUS "box" ()', 'STATUS {3}\r\nbox ()'].map((text) => plainData(text));
    for (const each of names) assert.deepEqual(each, { name: 'box', encoded: 'box' });
    assert.deepEqual(plainData('1 FETCH (BINARY[] ~{3}\r\n\0ab)'), { seq: 1, 'BINARY[]': '\0ab' });
  });

  it('reads INBOX in any letters, and other names out of modified UTF-7', () => {
    assert.deepEqual(plainData('LIST () NIL inBox'), {
      name: 'INBOX',
      encoded: 'inBox',
      delimiter: null,
      attributes: [],
    });
    assert.deepEqual(plainData('LSUB () "/" "Entw&APw-rfe"'), {
      name: 'Entwürfe',
      encoded: 'Entw&APw-rfe',
      delimiter: '/',
      attributes: [],
    });
  });

  it('names FETCH sections in upper case, and partial ones with and without their origin', () => {
    assert.deepEqual(plainData('1 FETCH (BODY[1.2.header.fields ("Subject" {4}\r\nfrom)]<5> "x" BINARY.SIZE[1] 5)'), {
      seq: 1,
      'BODY[1.2.HEADER.FIELDS (SUBJECT FROM)]<5>': 'x',
      'BODY[1.2.HEADER.FIELDS (SUBJECT FROM)]': 'x',
      'BINARY.SIZE[1]': 5,
    });
  });

  it('keeps FETCH items that it does not know as text', () => {
    assert.deepEqual(plainData('1 FETCH (X-NEW (a "b" (c)) UID 3 __proto__ {2}\r\nhi constructor NIL)'), {
      seq: 1,
      'X-NEW': '(a "b" (c))',
      UID: 3,
      __PROTO__: '{2}\r\nhi',
      CONSTRUCTOR: 'NIL',
    });
  });

  it('gives numbers that a double cannot hold as text', () => {
    assert.deepEqual(plainData('1 FETCH (MODSEQ (9223372036854775807) X-GM-MSGID 1278455344230334865)'), {
      seq: 1,
      MODSEQ: '9223372036854775807',
      'X-GM-MSGID': '1278455344230334865',
    });
  });

  it("reads Gmail's labels", () => {
    assert.deepEqual(plainData('1 FETCH (X-GM-LABELS (\\Inbox \\Sent Important "Muy Importante"))'), {
      seq: 1,
      'X-GM-LABELS': ['\\Inbox', '\\Sent', 'Important', 'Muy Importante'],
    });
  });

  it('reads extension data of BODYSTRUCTURE', () => {
    const data = plainData(
      '1 FETCH (BODYSTRUCTURE ("image" "png" NIL NIL NIL "base64" 9 "md5" NIL "en" "loc" (1 "two" NIL (x)) 3))',
    );
    assert.deepEqual((data as { BODYSTRUCTURE: unknown }).BODYSTRUCTURE, {
      type: ['image'],
      subtype: ['png'],
      params: null,
      id: null,
      description: null,
      encoding: ['base64'],
      size: 9,
      md5: 'md5',
      disposition: null,
      language: 'en',
      location: 'loc',
      extension: [[1, 'two', null, ['x']], 3],
    });
  });

  it("gives the data of a status response's code under its name", () => {
    assert.deepEqual(plainData('OK [UIDNEXT 5] Predicted'), { text: 'Predicted', code: 'UIDNEXT', UIDNEXT: 5 });
    assert.deepEqual(plainData('NO [alert] x'), { text: 'x', code: 'ALERT', ALERT: true });
    assert.deepEqual(plainData('BYE '), { text: '', code: null });
    assert.deepEqual(plainData('OK [not closed'), { text: '[not closed', code: null });
    assert.deepEqual(plainData('OK [REFERRAL imap://a/;x="y] z'), {
      text: 'z',
      code: 'REFERRAL',
      REFERRAL: 'imap://a/;x="y',
    });
  });

  it('has no data where the grammar does not know the name', () => {
    for (const text of ['X-NEW (a', '5 X-NEW', 'constructor 5', 'toString']) assert.equal(dataOf(text), undefined);
  });

  it('notes what can only mean one thing, and has the data', () => {
    const cases: [text: string, name: FindingName, message: RegExp][] = [
      ['FLAGS(\\Seen)', 'imap.flags.missing-space', /in FLAGS response: no space before "\(\\\\Seen\)"/],
      ['FLAGS  (\\Seen)', 'imap.flags.extra-space', /more than one space before/],
      ['FLAGS\t(\\Seen)', 'imap.flags.tab', /a tab before/],
      ['FLAGS ( \\Seen)', 'imap.flag-list.leading-space', /in flag-list: a space before "\\\\Seen\)"/],
      ['FLAGS (\\Seen )', 'imap.flag-list.trailing-space', /in flag-list: a space before "\)"/],
      ['FLAGS (\\Seen) ', 'imap.flags.trailing-space', /a space before the end/],
      ['FLAGS (\\Seen\\Draft)', 'imap.flag-list.missing-space', /no space before/],
      ['FLAGS ("\\\\Seen")', 'imap.flag-list.quoted', /a string before/],
      ['FLAGS (\\Seen \\*)', 'imap.flag-list.wildcard', /a flag expected, "\\\\\*\)" found/],
      ['OK [PERMANENTFLAGS (\\Seen )] x', 'imap.flag-list.trailing-space', /in resp-text-code: in PERMANENTFLAGS/],
      ['OK [UIDNEXT 0] x', 'imap.resp-text-code.range', /in UIDNEXT: a number from 1 to 2\^32-1 expected, "0" found/],
      ['OK [UIDVALIDITY 4294967296] x', 'imap.resp-text-code.range', /in UIDVALIDITY/],
      ['OK [HIGHESTMODSEQ 0] x', 'imap.resp-text-code.range', /in HIGHESTMODSEQ/],
      ['OK [UIDNEXT 5 ] x', 'imap.resp-text-code.trailing-space', /a space before the end/],
      ['OK [UIDNEXT 5]', 'imap.resp-text.missing-space', /in resp-text: a space expected, the end found/],
      ['BYE', 'imap.resp-text.missing-space', /a space expected, the end found/],
      ['OK Gr\u00fc\u00dfe', 'imap.resp-text.eight-bit', /octets above 127/],
      ['CAPABILITY IMAP4rev1  IDLE', 'imap.capability.extra-space', /more than one space before "IDLE"/],
      ['CAPABILITY IMAP4rev1 ', 'imap.capability.trailing-space', /a space before the end/],
      [' 3 EXISTS', 'imap.response.extra-space', /more than one space after "\*"/],
      ['3\tEXISTS', 'imap.response.tab', /a tab after the number/],
      ['3 EXISTS ', 'imap.exists.trailing-space', /a space before the end/],
      ['-1 EXISTS', 'imap.exists.range', /a number below 2\^32 expected, "-1 EXISTS" found/],
      ['0 EXPUNGE', 'imap.expunge.range', /a number from 1/],
      ['0 FETCH (UID 1)', 'imap.fetch.range', /in FETCH response: a number from 1 to 2\^32-1 expected/],
      ['1 FETCH (UID 0)', 'imap.fetch.range', /in UID/],
      ['1 FETCH (UID 1 UID 1)', 'imap.fetch.duplicate', /a second UID/],
      ['1 FETCH (MODSEQ (-1))', 'imap.fetch.range', /in MODSEQ/],
      ['1 FETCH (RFC822.SIZE NIL)', 'imap.fetch.nil', /in RFC822.SIZE: a number below 2\^63 expected, "NIL\)" found/],
      ['1 FETCH (INTERNALDATE "1-Jan-2026 00:00:00 +0000")', 'imap.fetch.date-time', /in INTERNALDATE/],
      ['1 FETCH (BODY[]<0.3> "abc")', 'imap.fetch.origin', /">" expected, "\.3> /],
      ['1 FETCH (BODY[] ~{3}\r\nabc)', 'imap.fetch.literal', /the wrong kind of literal/],
      ['1 FETCH (BODY[] {3+}\r\nabc)', 'imap.fetch.literal', /the wrong kind of literal/],
      ['1 FETCH (BODY[] {3}\r\na\0c)', 'imap.fetch.control', /NUL in the literal/],
      ['1 FETCH ()', 'imap.fetch.empty', /an item expected/],
      ['1 FETCH (UID 1 )', 'imap.fetch.trailing-space', /in msg-att: a space before "\)"/],
      [`1 FETCH (ENVELOPE (NIL NIL ${'NIL '.repeat(6)}NIL foo))`, 'imap.envelope.unquoted', /a string expected, "foo/],
      [`1 FETCH (ENVELOPE (NIL "\u00fc" ${'NIL '.repeat(7)}NIL))`, 'imap.envelope.eight-bit', /in env-subject/],
      [`1 FETCH (ENVELOPE (NIL NIL () ${'NIL '.repeat(6)}NIL))`, 'imap.envelope.empty', /in env-from/],
      [
        `1 FETCH (ENVELOPE (NIL NIL ((NIL NIL "a" "b") (NIL NIL "c" "d")) ${'NIL '.repeat(6)}NIL))`,
        'imap.envelope.extra-space',
        /in env-from: a space before/,
      ],
      ['1 FETCH (BODY ("text" "plain" NIL NIL NIL NIL 1 1))', 'imap.body.nil', /in body-fld-enc: a string expected/],
      ['1 FETCH (BODY ("a" "b" ("c" NIL) NIL NIL "7bit" 1))', 'imap.body.nil', /in body-fld-param: a string expected/],
      ['1 FETCH (BODY ("a" "b" () NIL NIL "7bit" 1))', 'imap.body.empty', /in body-fld-param: an item expected/],
      ['FLAGS (\\Seen, \\Draft)', 'imap.flag-list.syntax', /in flag-list: a space expected, ", \\\\Draft\)" found/],
      ['FLAGS (\\Seen [Gmail])', 'imap.flag-list.syntax', /a bracket in an atom before "\]\)"/],
      ['CAPABILITY IMAP4rev1, IDLE', 'imap.capability.syntax', /a space expected, ", IDLE" found/],
      ['CAPABILITY IDLE', 'imap.capability.revision', /no IMAP4rev1 or IMAP4rev2/],
      ['CAPABILITY IMAP4rev1 AUTH=', 'imap.capability.no-mechanism', /"AUTH="/],
      ['OK [CAPABILITY IMAP4rev1 AUTH=A,B] x', 'imap.capability.no-mechanism', /"AUTH=A,B"/],
      ['OK [UIDNEXT] x', 'imap.resp-text-code.syntax', /in UIDNEXT: a value expected, the end found/],
      ['OK [UIDVALIDITY 3 x', 'imap.resp-text-code.syntax', /"\]" expected, the end found/],
      ['1 FETCH (BODY.PEEK[] "x")', 'imap.fetch.peek', /BODY expected, "BODY.PEEK/],
      [
        '1 FETCH (INTERNALDATE "32-Dec-2020 02:18:21 +0000")',
        'imap.fetch.date-time',
        /a date such as " 1-Jan-2026 00:00:00 \+0000" expected/,
      ],
      ['LIST (\\HasChildren \\hasnochildren) "/" a', 'imap.list.conflict', /attributes that exclude each other/],
      ['LIST (\\Noselect)"/" a', 'imap.list.missing-space', /no space before/],
      ['LIST ()  "/" a', 'imap.list.extra-space', /more than one space/],
      ['LIST () / a', 'imap.list.unquoted', /in hierarchy delimiter: a string expected, "\/ a" found/],
      ['LSUB () "" a', 'imap.list.delimiter', /another delimiter/],
      ['LIST (Noselect) "/" a', 'imap.list.attribute', /an attribute expected/],
      ['LIST () "/" "a\\b"', 'imap.mailbox.escape', /a backslash before/],
      ['LIST () "/" "\u00fc"', 'imap.mailbox.eight-bit', /octets above 127 in quotes/],
      ['LIST () "/" &AGE-', 'imap.mailbox.utf-7', /a name in another form/],
      ['LIST () "/" R&D', 'imap.mailbox.utf-7', /a name in another form/],
      ['STATUS a(MESSAGES 1)', 'imap.status.missing-space', /no space before/],
      ['STATUS a (MESSAGES 1 MESSAGES 1)', 'imap.status.duplicate', /a second MESSAGES/],
      ['NAMESPACE (("" "/") ("#" NIL)) NIL NIL', 'imap.namespace.extra-space', /in personal namespaces: a space/],
      ['SEARCH 1 2 ', 'imap.search.trailing-space', /a space before the end/],
      ['SEARCH 0', 'imap.search.range', /a number from 1/],
      ['SORT 2  1', 'imap.sort.extra-space', /more than one space/],
      ['THREAD (1 2) (3)', 'imap.thread.extra-space', /a space before/],
      ['VANISHED 0:3', 'imap.uid-set.range', /numbers from 1/],
      ['ID ("a" "b" )', 'imap.id.trailing-space', /a space before/],
      ['ID (a "b")', 'imap.id.unquoted', /a string expected/],
    ];
    for (const [text, name, message] of cases) {
      const { response, findings } = parse(text);
      assert.deepEqual(
        findings.map((each) => each.name),
        [name],
        text,
      );
      assert.match(findings[0]?.message ?? '', message, text);
      assert.notEqual(response.data, undefined, text);
    }
  });

  it('reads strings and names as UTF-8 where the client enabled that', () => {
    const { response, findings } = parse('LIST () "/" "Q&AOk-A \u00fc"', { utf8: true });
    assert.deepEqual(findings, []);
    assert.equal((response.data as { name: string }).name, 'Q&AOk-A ü');
  });

  it('notes a tag that no command had, in ESEARCH', () => {
    const isTag = (tag: string) => tag === 'a1';
    const noted = (tag: string) => parse(`ESEARCH (TAG "${tag}") COUNT 1`, { isTag }).findings.map(({ name }) => name);
    assert.deepEqual([noted('a1'), noted('a2')], [[], ['imap.esearch.unknown-tag']]);
  });

  it('notes STARTTLS only where TLS is active', () => {
    for (const text of ['CAPABILITY IMAP4rev1 STARTTLS', 'OK [CAPABILITY IMAP4rev1 starttls] hi']) {
      assert.deepEqual(parse(text).findings, []);
      const { findings } = parse(text, { secured: true });
      assert.deepEqual(
        findings.map(({ name, rule }) => [name, rule]),
        [['imap.capability.starttls', 'RFC 9051 section 6.2.1']],
      );
    }
  });

  it('names the production and the section where data break the grammar', () => {
    const cases: [text: string, message: RegExp, name: FindingName, rule: string][] = [
      ['EXISTS', /a number expected, "EXISTS" found/, 'imap.exists.syntax', 'RFC 9051 section 7.4.1'],
      ['5 SEARCH', /"SEARCH" expected, "5 SEARCH" found/, 'imap.search.syntax', 'RFC 3501 section 7.2.5'],
      ['5 EXISTS x', /the end of the response expected, "x" found/, 'imap.exists.syntax', 'RFC 9051 section 7.4.1'],
      ['SEARCH 1 x', /a number expected, "x" found/, 'imap.search.syntax', 'RFC 3501 section 7.2.5'],
      [
        'FLAGS (\\Seen',
        /in FLAGS response: in flag-list: "\)" expected, the end found/,
        'imap.flag-list.syntax',
        'RFC 9051 section 9, "flag-list"',
      ],
      ['LIST () "/"', /a space expected, the end found/, 'imap.list.syntax', 'RFC 9051 section 7.3.1'],
      ['LIST () "/" "a', /in mailbox: a closing quote expected/, 'imap.mailbox.syntax', 'RFC 3501 section 5.1.3'],
      ['LIST () "/" "a"b"', /the end of the response expected/, 'imap.list.syntax', 'RFC 9051 section 7.3.1'],
      [
        '1 FETCH (FLAGS (\\Seen) UID x)',
        /in msg-att: in UID: a number expected, "x\)" found/,
        'imap.fetch.syntax',
        'RFC 9051 section 7.5.2',
      ],
      [
        '1 FETCH (ENVELOPE (NIL NIL NIL))',
        /in envelope: a space expected/,
        'imap.envelope.syntax',
        'RFC 9051 section 9, "envelope"',
      ],
      [
        '1 FETCH (ENVELOPE (NIL NIL ((NIL NIL NIL)',
        /in env-from: in address: a space expected/,
        'imap.envelope.syntax',
        'RFC 9051 section 9, "envelope"',
      ],
      ['1 FETCH (BODY[TEXT x', /in BODY section/, 'imap.fetch.syntax', 'RFC 9051 section 7.5.2'],
      [
        '1 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit" 1 1)))',
        /in body: a space expected/,
        'imap.body.syntax',
        'RFC 9051 section 9, "body"',
      ],
      [
        'OK [APPENDUID 1 x] y',
        /in resp-text-code: in APPENDUID: in uid-set: a set of UIDs expected/,
        'imap.uid-set.syntax',
        'RFC 9051 section 9, "uid-set"',
      ],
      ['QUOTA "" (STORAGE 1)', /in quota-list: a space expected/, 'imap.quota.syntax', 'RFC 9208 section 4.2.1'],
      ['THREAD (1 (2)', /in thread-list/, 'imap.thread.syntax', 'RFC 5256 section 4'],
      ['+3 EXISTS', /in EXISTS response: a number expected/, 'imap.exists.syntax', 'RFC 9051 section 7.4.1'],
      ['three FETCH (UID 1)', /in FETCH response: a number/, 'imap.fetch.syntax', 'RFC 9051 section 7.5.2'],
      ['VANISHED (LATER) 1', /EARLIER expected/, 'imap.vanished.syntax', 'RFC 7162 section 3.2.10'],
      ['(no name)', /a response has no name/, 'imap.response.syntax', 'RFC 9051 section 2.2'],
      ['', /a response has no name/, 'imap.response.syntax', 'RFC 9051 section 2.2'],
    ];
    for (const [text, message, name, rule] of cases) {
      const { response, findings } = parse(text);
      const found = findings.at(-1);
      assert.match(found?.message ?? 'none', message, text);
      assert.deepEqual([found?.name, found?.rule], [name, rule], text);
      assert.equal(response.data, undefined);
      assert.equal(response.text, text);
    }
  });
});

describe('isCanonicalName()', () => {
  it('holds for the only form that a name can have', () => {
    const canonical = ['', 'plain', 'Tom &- Jerry', '~peter/mail/&U,BTFw-/&ZeVnLIqe-', '&2D3eAA-'];
    for (const name of canonical) assert.ok(isCanonicalName(name), name);
    // Printable US-ASCII in base64; two consecutive shifts; not closed; padding bits; half a surrogate pair; not
    // base64.
    const others = ['&AGE-', '&BBAEMQQyACYEMwQ0BDU-', '&APw-&APw-', '&APw', '&APx-', '&2D0-', 'R&D', 'ü'];
    for (const name of others) assert.ok(!isCanonicalName(name), name);
  });
});

describe('decodeMailboxName()', () => {
  it('decodes modified UTF-7, and leaves alone what is none', () => {
    const names = [
      '~peter/mail/&U,BTFw-/&ZeVnLIqe-',
      'Tom &- Jerry',
      'plain',
      'R&D',
      '&',
      '&AP!-',
      '&A-',
      '&2D0-',
      '&-&APw-',
    ];
    assert.deepEqual(names.map(decodeMailboxName), [
      '~peter/mail/台北/日本語',
      'Tom & Jerry',
      'plain',
      'R&D',
      '&',
      '&AP!-',
      '&A-',
      '&2D0-',
      '&ü',
    ]);
  });
});
