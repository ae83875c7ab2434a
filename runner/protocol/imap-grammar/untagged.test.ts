import assert from 'node:assert/strict';
import { crlf } from '../../../fixtures/wire/transcript.ts';
import { isWords, type Value } from '../../value.ts';
import { decodeMailboxName } from './modified-utf7.ts';
import { parseUntagged } from './untagged.ts';

function dataOf(text: string): Value | undefined {
  const { response, error } = parseUntagged(crlf(`* ${text}`));
  assert.equal(error, undefined, text);
  return response.data;
}

/** The data with words as lists. */
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
    assert.equal(parseUntagged(crlf('* 3 exists')).response.name, 'EXISTS');
    assert.deepEqual(plainData('search 1'), [1]);
    assert.deepEqual(plainData('1 fetch (uid 7)'), { seq: 1, UID: 7 });
  });

  it('gives flags as a set without regard to case, in which \\Recent is optional', () => {
    for (const text of [
      'FLAGS (\\Seen \\Recent $Label1 a]b)',
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
    assert.deepEqual(plainData('1 FETCH (BODY[] ~{3}\r\n\0a\xff)'.replace('\xff', 'b')), { seq: 1, 'BODY[]': '\0ab' });
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
    assert.deepEqual(plainData('BYE'), { text: '', code: null });
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

  it('names the production and the section where data break the grammar', () => {
    const cases: [text: string, message: RegExp, rule: string][] = [
      ['EXISTS', /in EXISTS response: a number expected, "EXISTS" found/, 'RFC 9051 section 7.4.1'],
      ['5 SEARCH', /in SEARCH response: "SEARCH" expected, "5 SEARCH" found/, 'RFC 3501 section 7.2.5'],
      ['5 EXISTS x', /the end of the response expected, "x" found/, 'RFC 9051 section 7.4.1'],
      ['SEARCH 1 x', /a number expected, "x" found/, 'RFC 3501 section 7.2.5'],
      ['FLAGS (\\Seen', /in FLAGS response: in flag-list: "\)" expected, the end found/, 'RFC 9051 section 7.3.5'],
      ['FLAGS(\\Seen)', /a space expected/, 'RFC 9051 section 7.3.5'],
      ['LIST () "/"', /in LIST response: a space expected, the end found/, 'RFC 9051 section 7.3.1'],
      ['LIST () "/" "a', /in mailbox: a closing quote expected/, 'RFC 9051 section 7.3.1'],
      ['LIST () "/" "a\\b"', /after a backslash/, 'RFC 9051 section 7.3.1'],
      [
        '1 FETCH (FLAGS (\\Seen) UID x)',
        /in msg-att: in UID: a number expected, "x\)" found/,
        'RFC 9051 section 7.5.2',
      ],
      ['1 FETCH (ENVELOPE (NIL NIL NIL))', /in envelope: a space expected/, 'RFC 9051 section 7.5.2'],
      [
        '1 FETCH (ENVELOPE (NIL NIL ((NIL NIL NIL)',
        /in env-from: in address: a space expected/,
        'RFC 9051 section 7.5.2',
      ],
      ['1 FETCH (BODY[TEXT x', /in BODY section/, 'RFC 9051 section 7.5.2'],
      [
        '1 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit" 1 1)))',
        /in body: a space expected/,
        'RFC 9051 section 7.5.2',
      ],
      [
        'OK [APPENDUID 1 x] y',
        /in OK response: in resp-text-code: in APPENDUID: a set of UIDs expected/,
        'RFC 9051 section 7.1',
      ],
      ['QUOTA "" (STORAGE 1)', /in quota-list: a space expected/, 'RFC 9208 section 4.2.1'],
      ['(no name)', /a response has no name/, 'RFC 9051 section 7'],
      ['', /a response has no name/, 'RFC 9051 section 7'],
    ];
    for (const [text, message, rule] of cases) {
      const { response, error } = parseUntagged(crlf(`* ${text}`));
      assert.match(error?.message ?? 'none', message, text);
      assert.equal(error?.rule, rule, text);
      assert.equal(error?.kind, 'violation');
      assert.equal(response.data, undefined);
      assert.equal(response.text, text);
    }
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
