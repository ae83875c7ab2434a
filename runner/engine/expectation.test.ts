import assert from 'node:assert/strict';
import {
  alternatives,
  beginning,
  begins,
  code,
  data,
  enhanced,
  extension,
  field,
  lines,
  linesValue,
  matching,
  negation,
  none,
  noSooner,
  offer,
  reply,
  responseCode,
  status,
  text,
  untagged,
  within,
} from '../../fixtures/testing/conditions.ts';
import {
  allOf,
  atLeast,
  capture,
  contains,
  createScope,
  equals,
  exactly,
  excludes,
  fields,
  holds,
  hole,
  includes,
  length,
  matches,
  not,
  oneOf,
  pattern,
  span,
} from '../../fixtures/testing/matchers.ts';
import { imap, line, pop3, sieve, smtp } from '../../fixtures/testing/replies.ts';
import { type Worded, worded } from '../../fixtures/testing/worded.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Condition, Expectation } from '../plan.ts';
import type { Reply } from '../protocol/reply.ts';
import { placeOf } from '../source.ts';
import { captureFrom, enoughUntagged, evaluate, evaluateFields } from './expectation.ts';

describe('engine/expectation', () => {
  describe('evaluate() of SMTP', () => {
    const ehlo = smtp(
      '250-mx.example greets you',
      '250-PIPELINING',
      '250-AUTH PLAIN LOGIN',
      '250-STARTTLS',
      '250 SIZE 10240000',
    );
    const refused = smtp('550 5.1.1 <nobody@example.com>: Recipient address rejected');

    table('code', [
      ['takes its code', [code('250')], ehlo, []],
      ['takes x for any digit', [code('2xx')], ehlo, []],
      ['takes one of several', [code('550', '25x')], ehlo, []],
      ['fills holes', [code(hole('code'))], ehlo, []],
      [
        'tells another code with its text',
        [code('250')],
        refused,
        [{ path: 'code', expected: '250', actual: '550 5.1.1 <nobody@example.com>: Recipient address rejected' }],
      ],
      [
        'tells the alternatives',
        [code('4xx', '550')],
        ehlo,
        [{ path: 'code', expected: '4xx or 550', actual: '250-mx.example greets you (and 4 more)' }],
      ],
      [
        'is not met by a code that it is a part of',
        [code('25')],
        ehlo,
        [{ path: 'code', expected: '25', actual: '250-mx.example greets you (and 4 more)' }],
      ],
      [
        'is not met by a reply without a code',
        [code('250')],
        imap('a1', 'a1 OK done'),
        [{ path: 'code', expected: '250', actual: 'OK done' }],
      ],
    ]);

    table('enhanced', [
      ['takes its code', [enhanced('5.1.1')], refused, []],
      ['takes x for any number', [enhanced('5.1.x')], refused, []],
      ['takes x for numbers of several digits', [enhanced('5.7.x')], smtp('550 5.7.26 unauthenticated'), []],
      [
        'tells another code',
        [enhanced('5.7.x', '4.7.1')],
        refused,
        [{ path: 'enhanced', expected: '5.7.x or 4.7.1', actual: '5.1.1' }],
      ],
      [
        'tells that there is none',
        [enhanced('5.7.1')],
        smtp('550 no'),
        [{ path: 'enhanced', expected: '5.7.1', actual: 'no enhanced status code: 550 no' }],
      ],
    ]);

    table('the beginning of a line', [
      ['is met by any line', [begins('STARTTLS')], ehlo, []],
      ['has no regard to case', [begins('auth plain')], ehlo, []],
      [
        'ends at a word',
        [begins('AUTH PL')],
        ehlo,
        [
          {
            path: 'text',
            expected: 'a line that begins with "AUTH PL"',
            actual: '["mx.example greets you", "PIPELINING", "AUTH PLAIN LOGIN", "STARTTLS", "SIZE 10240000"]',
          },
        ],
      ],
      ['may end in what is no word', [begins('5.1.1 <nobody@')], refused, []],
      [
        'ends before a number goes on',
        [begins('5.1.1')],
        smtp('550 5.1.10 no'),
        [{ path: 'text', expected: 'a line that begins with "5.1.1"', actual: '"5.1.10 no"' }],
      ],
      [
        'is not met by the middle of a line',
        [begins('Recipient')],
        refused,
        [
          {
            path: 'text',
            expected: 'a line that begins with "Recipient"',
            actual: '"5.1.1 <nobody@example.com>: Recipient address rejected"',
          },
        ],
      ],
    ]);

    table('text', [
      ['takes a pattern over all lines', [text(matches('you\nPIPE'))], ehlo, []],
      [
        'makes control characters visible',
        [text(matches('^x$'))],
        smtp('250-a\tb', '250 c'),
        [{ path: 'text', expected: 'text matching /^x$/', actual: '"a\\x09b␊c"' }],
      ],
    ]);

    table('extensions', [
      ['take those that are announced', [extension('AUTH', true), extension('starttls', true)], ehlo, []],
      ['take those that are not', [extension('CHUNKING', false)], ehlo, []],
      ['hold parameters against a list', [extension('AUTH', holds('login', 'PLAIN'))], ehlo, []],
      ['hold a parameter against a bound', [extension('SIZE', atLeast('1MB'))], ehlo, []],
      [
        'tell what is not advertised',
        [extension('CHUNKING', true)],
        ehlo,
        [
          {
            path: 'extensions.CHUNKING',
            expected: 'advertised',
            missing: ['CHUNKING'],
            actual: 'not advertised; the server advertises "PIPELINING", "AUTH", "STARTTLS", "SIZE"',
          },
        ],
      ],
      [
        'tell what is announced and should not be',
        [extension('AUTH', false), extension('PIPELINING', false)],
        ehlo,
        [
          {
            path: 'extensions.AUTH',
            expected: 'not advertised',
            actual: 'advertised: AUTH "PLAIN LOGIN"',
            extra: ['AUTH'],
          },
          {
            path: 'extensions.PIPELINING',
            expected: 'not advertised',
            actual: 'advertised: PIPELINING',
            extra: ['PIPELINING'],
          },
        ],
      ],
      [
        'tell each parameter that is missing',
        [extension('AUTH', holds('PLAIN', 'CRAM-MD5', 'GSSAPI'))],
        ehlo,
        [
          {
            path: 'extensions.AUTH',
            expected: 'all of "PLAIN", "CRAM-MD5", "GSSAPI"',
            actual: '"PLAIN LOGIN"',
            missing: ['"CRAM-MD5"', '"GSSAPI"'],
          },
        ],
      ],
      [
        'tell what exactly is too many',
        [extension('AUTH', exactly('PLAIN'))],
        ehlo,
        [{ path: 'extensions.AUTH', expected: 'exactly "PLAIN"', actual: '"PLAIN LOGIN"', extra: ['"LOGIN"'] }],
      ],
      [
        'tell a bound that is not reached',
        [extension('SIZE', atLeast('10MiB'))],
        ehlo,
        [{ path: 'extensions.SIZE', expected: 'at least 10MiB (10485760 octets)', actual: '"10240000"' }],
      ],
      [
        'tell of a matcher that nothing is announced',
        [extension('DSN', not(contains('x')))],
        ehlo,
        [
          {
            path: 'extensions.DSN',
            expected: 'anything but text containing "x"',
            missing: ['DSN'],
            actual: 'not advertised; the server advertises "PIPELINING", "AUTH", "STARTTLS", "SIZE"',
          },
        ],
      ],
      [
        "tell once of a reply that is not EHLO's",
        [extension('AUTH', true), extension('SIZE', false)],
        smtp('502 5.5.2 Error'),
        [{ path: 'extensions', expected: 'an EHLO or LHLO reply of code 250', actual: '502 5.5.2 Error' }],
      ],
    ]);

    table('several conditions', [
      [
        'tell every mismatch, in their order',
        [begins('nothing'), enhanced('5.7.1'), code('250')],
        smtp('550 5.1.1 no'),
        [
          { path: 'text', expected: 'a line that begins with "nothing"', actual: '"5.1.1 no"' },
          { path: 'enhanced', expected: '5.7.1', actual: '5.1.1' },
          { path: 'code', expected: '250', actual: '550 5.1.1 no' },
        ],
      ],
      ['hold for any reply where there are none', [], refused, []],
    ]);

    table('lines', [
      ['each item meets some line', [lines('any', equals('STARTTLS'), matches('^AUTH'))], ehlo, []],
      ['two items may meet the same line', [lines('any', contains('PLAIN'), contains('LOGIN'))], ehlo, []],
      [
        'any tells what is missing',
        [lines('any', equals('STARTTLS'), equals('DSN'))],
        smtp('250-a', '250 STARTTLS'),
        [{ path: 'lines', expected: 'a line: "DSN"', actual: '["a", "STARTTLS"]', missing: ['"DSN"'] }],
      ],
      [
        'any tells all that is missing',
        [lines('any', equals('DSN'), equals('ETRN'))],
        smtp('250 a'),
        [{ path: 'lines', expected: 'lines: "DSN", "ETRN"', actual: '"a"', missing: ['"DSN"', '"ETRN"'] }],
      ],
      ['ordered leaves gaps', [lines('ordered', matches('^AUTH'), matches('^SIZE'))], ehlo, []],
      [
        'ordered takes the earliest line for each',
        [lines('ordered', matches('a'), matches('b'), matches('a'))],
        smtp('250-ab', '250-b', '250 a'),
        [],
      ],
      [
        'ordered tells what is out of order',
        [lines('ordered', equals('STARTTLS'), equals('PIPELINING'))],
        ehlo,
        [
          {
            path: 'lines',
            expected: 'a line after line 4, "STARTTLS": "PIPELINING"',
            actual: '"SIZE 10240000"',
            missing: ['"PIPELINING"'],
          },
        ],
      ],
      [
        'ordered wants a line for each item',
        [lines('ordered', equals('a'), equals('a'))],
        smtp('250 a'),
        [{ path: 'lines', expected: 'a line after line 1, "a": "a"', actual: 'no more lines', missing: ['"a"'] }],
      ],
      ['exactly takes each in its place', [lines('exactly', equals('a'), matches('b'))], smtp('250-a', '250 b'), []],
      [
        'exactly tells each place that differs',
        [lines('exactly', equals('b'), equals('a'))],
        smtp('250-a', '250 b'),
        [
          { path: 'lines[1]', expected: '"b"', actual: '"a"' },
          { path: 'lines[2]', expected: '"a"', actual: '"b"' },
        ],
      ],
      [
        'exactly tells lines too many',
        [lines('exactly', equals('a'))],
        smtp('250-a', '250 b'),
        [{ path: 'lines', expected: '1 line', actual: '2 lines', extra: ['"b"'] }],
      ],
      [
        'exactly tells lines too few',
        [lines('exactly', equals('a'), equals('b'))],
        smtp('250 a'),
        [{ path: 'lines', expected: '2 lines', actual: '1 line', missing: ['"b"'] }],
      ],
      ['are one value as well', [linesValue(allOf(length(equals(5)), excludes(equals('DSN'))))], ehlo, []],
      [
        'tell of one value',
        [linesValue(length(equals(2)))],
        smtp('250 a'),
        [{ path: 'lines', expected: 'a length of 2', actual: 'a length of 1: ["a"]' }],
      ],
    ]);

    table('one_of', [
      ['holds where one does', [alternatives([code('250')], [code('550')])], refused, []],
      [
        'tells each alternative',
        [alternatives([code('250')], [code('451'), begins('4.7.1')])],
        refused,
        [
          {
            path: '',
            expected: 'one of: 250 · 451 and a line that begins with "4.7.1"',
            actual: '550 5.1.1 <nobody@example.com>: Recipient address rejected',
          },
        ],
      ],
      [
        'tells which comes nearest',
        [alternatives([code('250')], [code('550'), enhanced('5.7.1')])],
        smtp('550 5.1.1 no'),
        [
          {
            path: '',
            expected: 'one of: 250 · 550 and 5.7.1',
            actual: '550 5.1.1 no; alternative 2 is closest, but enhanced is 5.1.1, expected 5.7.1',
          },
        ],
      ],
      [
        'is not met by closed or nothing when a reply came',
        [
          {
            kind: 'one_of',
            of: [
              { kind: 'closed', span },
              { kind: 'nothing', for: 500, span },
            ],
            span,
          },
        ],
        smtp('250 ok'),
        [{ path: '', expected: 'one of: the end of the connection · nothing for 500ms', actual: '250 ok' }],
      ],
    ]);

    table('not', [
      ['holds where it does not', [negation([code('250')])], refused, []],
      [
        'tells what held',
        [negation([code('550'), begins('5.1.1')])],
        smtp('550 5.1.1 no'),
        [{ path: '', expected: 'anything but 550 and a line that begins with "5.1.1"', actual: '550 5.1.1 no' }],
      ],
      ['twice is as without', [negation([negation([code('550')])])], refused, []],
      ['closed holds for any reply', [{ kind: 'not', of: { kind: 'closed', span }, span }], refused, []],
    ]);

    it('holds the time since the last send against within and after', () => {
      const slow = (elapsed: number, ...conditions: readonly Condition[]): readonly Worded[] =>
        brief(evaluate(reply(conditions), refused, { scope: createScope(), elapsed }).mismatches);
      assert.deepEqual(slow(2000.4, within(2000)), []);
      assert.deepEqual(slow(1999.6, noSooner(2000)), []);
      assert.deepEqual(slow(3210, within(2000)), [{ path: 'within', expected: 'within 2s', actual: 'after 3.21s' }]);
      assert.deepEqual(slow(350, noSooner(2000)), [
        { path: 'after', expected: 'no sooner than after 2s', actual: 'after 350ms' },
      ]);
    });

    it('fails an expectation of closed or nothing for any reply', () => {
      const outcome = (expectation: Expectation): readonly Worded[] =>
        brief(evaluate(expectation, refused, { scope: createScope(), elapsed: 0 }).mismatches);
      const actual = '550 5.1.1 <nobody@example.com>: Recipient address rejected';
      assert.deepEqual(outcome({ kind: 'closed', span }), [
        { path: '', expected: 'the end of the connection', actual },
      ]);
      assert.deepEqual(outcome({ kind: 'nothing', for: 2000, span }), [
        { path: '', expected: 'nothing for 2s', actual },
      ]);
    });

    it('gives each mismatch the place of its condition', () => {
      const own = { ...span, start: 5, end: 8 };
      const condition: Condition = { kind: 'code', codes: ['250'], span: own };
      assert.deepEqual(
        evaluate(reply([condition]), refused, { scope: createScope(), elapsed: 0 }).mismatches[0]?.place,
        placeOf(own),
      );
    });

    it('returns for a pattern that makes other engines run away, on a long reply', () => {
      const long = smtp(...Array.from({ length: 200 }, () => `250-${'a'.repeat(500)}`), '250 b');
      assert.equal(run([text(matches('(a+)+$'))], long).length, 1);
    });
  });

  describe('evaluate() of IMAP', () => {
    const select = imap(
      'a1',
      '* 46 EXISTS',
      '* FLAGS (\\Answered \\Seen)',
      '* OK [UIDVALIDITY 3857529045] UIDs valid',
      '* OK [UIDNEXT 4392] Predicted next UID',
      'a1 OK [READ-WRITE] SELECT completed',
    );
    const fetch = imap('a2', '* 1 FETCH (UID 7 FLAGS (\\Seen \\Recent))', '* 2 FETCH (UID 8 FLAGS ())', 'a2 OK done');

    table('status', [
      ['takes its status', [status('OK')], select, []],
      ['has no regard to case', [status('ok')], select, []],
      ['takes one of several', [status('NO', 'BAD', 'OK')], select, []],
      [
        'tells another',
        [status('OK')],
        imap('a1', 'a1 NO [AUTHENTICATIONFAILED] Authentication failed'),
        [{ path: 'status', expected: 'OK', actual: 'NO [AUTHENTICATIONFAILED] Authentication failed' }],
      ],
      [
        'is not met by a reply without one',
        [status('OK')],
        smtp('250 OK'),
        [{ path: 'status', expected: 'OK', actual: '250 OK' }],
      ],
    ]);

    const codes = '["UIDVALIDITY 3857529045", "UIDNEXT 4392", "READ-WRITE"]';

    table('response_code', [
      ['is met by the final response', [responseCode(equals('READ-WRITE'))], select, []],
      ['is met by an untagged one', [responseCode(equals('uidvalidity'))], select, []],
      ['is met with its arguments', [responseCode(equals('UIDNEXT 4392'))], select, []],
      ['is met by parsed data', [responseCode(fields({ UIDNEXT: atLeast(4000) }))], select, []],
      ['is met by a pattern', [responseCode(matches('^UID'))], select, []],
      [
        'tells another',
        [responseCode(equals('READ-ONLY'))],
        select,
        [{ path: 'response_code', expected: '"READ-ONLY"', actual: '"READ-WRITE"' }],
      ],
      [
        'must not be in any, where it is forbidden',
        [responseCode(not(equals('UIDNEXT')))],
        select,
        [{ path: 'response_code', expected: 'anything but "UIDNEXT"', actual: '"UIDNEXT 4392"' }],
      ],
      [
        'is met by several, where it is a list',
        [responseCode(holds('READ-WRITE', fields({ UIDNEXT: 4392 }), matches('^UIDVAL')))],
        select,
        [],
      ],
      [
        'tells which of a list is missing',
        [responseCode(holds('READ-WRITE', 'ALERT'))],
        select,
        [{ path: 'response_code', expected: 'all of "READ-WRITE", "ALERT"', actual: codes, missing: ['"ALERT"'] }],
      ],
      ['must not have all of a list', [responseCode(not(holds('READ-WRITE', 'ALERT')))], select, []],
      [
        'has all of what must not be there together',
        [responseCode(not(holds('READ-WRITE', 'UIDNEXT')))],
        select,
        [{ path: 'response_code', expected: 'anything but (all of "READ-WRITE", "UIDNEXT")', actual: codes }],
      ],
      [
        'is not a different one from which another is absent',
        [responseCode(allOf(includes(equals('READ-WRITE')), excludes(equals('UIDNEXT'))))],
        select,
        [{ path: 'response_code', expected: 'a list without "UIDNEXT"', actual: codes, extra: ['"UIDNEXT 4392"'] }],
      ],
      [
        'may be one list or another',
        [responseCode(oneOf(equals('ALERT'), holds('READ-WRITE', 'UIDNEXT')))],
        select,
        [],
      ],
      ['has nothing to exclude', [responseCode(excludes(equals('ALERT')))], imap('a1', 'a1 OK done'), []],
      [
        'tells that there is none',
        [responseCode(equals('READ-ONLY'))],
        imap('a1', 'a1 OK done'),
        [{ path: 'response_code', expected: '"READ-ONLY"', actual: 'no response code' }],
      ],
      ['may have to be none', [responseCode(equals(false))], imap('a1', 'a1 OK done'), []],
      [
        'is not there in SMTP',
        [responseCode(equals('X'))],
        smtp('250 [X]'),
        [{ path: 'response_code', expected: '"X"', actual: 'no response code' }],
      ],
    ]);

    table('the beginning of the text', [['sees the response code', [begins('[READ-WRITE]')], select, []]]);

    table('untagged', [
      ['are met in any order', [untagged(data('FLAGS', holds('\\Seen')), data('EXISTS', equals(46)))], select, []],
      ['are met by their beginning', [untagged(beginning('46 EXISTS'), beginning('OK [UIDNEXT'))], select, []],
      ['are met by a pattern', [untagged(matching(matches('^OK \\[UIDNEXT \\d+\\]')))], select, []],
      [
        'hold a record against its fields',
        [untagged(data('FETCH', fields({ UID: 7, FLAGS: exactly('\\seen') })))],
        fetch,
        [],
      ],
      ['hold the text of a record against a pattern', [untagged(data('FETCH', matches('UID 8')))], fetch, []],
      [
        'hold the text of what the grammar does not know',
        [untagged(data('XFOO', equals('bar baz')))],
        imap('a1', '* XFOO bar baz', 'a1 OK done'),
        [],
      ],
      ['hold a status response by its code', [untagged(data('OK', fields({ UIDVALIDITY: 3857529045 })))], select, []],
      [
        'tell what is not there, and what is',
        [untagged(data('RECENT', equals(0)))],
        select,
        [
          {
            path: 'untagged.RECENT',
            expected: 'an untagged RECENT 0',
            actual: 'nothing; there are "EXISTS", "FLAGS", "OK"',
            missing: ['an untagged RECENT 0'],
          },
        ],
      ],
      [
        'tell how the only one of its name differs',
        [untagged(data('EXISTS', equals(47)), data('FLAGS', holds('\\Flagged')))],
        select,
        [
          { path: 'untagged.EXISTS', expected: '47', actual: '46' },
          { path: 'untagged.FLAGS', expected: '"\\Flagged"', actual: '"\\Answered \\Seen"', missing: ['"\\Flagged"'] },
        ],
      ],
      [
        'follow EXPUNGE, in whichever order it comes',
        [
          untagged(
            data('EXPUNGE', fields({ original: 3, seq: 2 })),
            data('EXPUNGE', fields({ original: 1 })),
            data('FETCH', fields({ original: 4, seq: 2 })),
            none(data('EXPUNGE', fields({ original: 2 }))),
          ),
        ],
        imap('a1', '* 1 EXPUNGE', '* 2 EXPUNGE', '* 2 FETCH (UID 9)', 'a1 OK done'),
        [],
      ],
      [
        'tell which message was expunged',
        [untagged(data('EXPUNGE', fields({ original: 2 })))],
        imap('a1', '* 3 EXPUNGE', 'a1 OK done'),
        [{ path: 'untagged.EXPUNGE.original', expected: '2', actual: '3' }],
      ],
      [
        'tell how the nearest differs',
        [untagged(data('FETCH', fields({ seq: 2, UID: 9 })))],
        fetch,
        [
          {
            path: 'untagged.FETCH',
            expected: 'an untagged FETCH { seq: 2, UID: 9 }',
            actual: '"* 2 FETCH (UID 8 FLAGS ())" is closest, but UID is 8, expected 9',
            missing: ['an untagged FETCH { seq: 2, UID: 9 }'],
          },
        ],
      ],
      [
        'tell all responses where none has that beginning',
        [untagged(beginning('BYE'))],
        imap('a1', '* 1 EXISTS', '* 0 RECENT', 'a1 OK done'),
        [
          {
            path: 'untagged',
            expected: 'an untagged response that begins with "* BYE"',
            actual: '["* 1 EXISTS", "* 0 RECENT"]',
            missing: ['an untagged response that begins with "* BYE"'],
          },
        ],
      ],
      [
        'tell that there are none',
        [untagged(beginning('BYE'))],
        imap('a1', 'a1 OK done'),
        [
          {
            path: 'untagged',
            expected: 'an untagged response that begins with "* BYE"',
            actual: 'an empty list',
            missing: ['an untagged response that begins with "* BYE"'],
          },
        ],
      ],
      ['hold where the forbidden ones are not', [untagged(none(data('EXPUNGE', equals(true))))], select, []],
      ['have a number before the name', [untagged(beginning('FETCH')), untagged(beginning('2 FETCH'))], fetch, []],
      [
        'tell a forbidden name whatever its number',
        [untagged(none(beginning('FETCH')))],
        imap('a1', '* 2 FETCH (UID 8)', 'a1 OK done'),
        [
          {
            path: 'untagged',
            expected: 'no untagged response that begins with "* FETCH"',
            actual: '"* 2 FETCH (UID 8)"',
            extra: ['"* 2 FETCH (UID 8)"'],
          },
        ],
      ],
      ['hold where the forbidden name has another number', [untagged(none(beginning('9 FETCH')))], fetch, []],
      ['hold where the forbidden name is not there', [untagged(none(beginning('EXPUNGE')))], fetch, []],
      [
        'tell the forbidden ones',
        [untagged(none(data('FETCH', fields({ UID: atLeast(8) }))))],
        fetch,
        [
          {
            path: 'untagged.FETCH',
            expected: 'no untagged FETCH { UID: at least 8 }',
            actual: '"* 2 FETCH (UID 8 FLAGS ())"',
            extra: ['"* 2 FETCH (UID 8 FLAGS ())"'],
          },
        ],
      ],
      [
        'are not there in SMTP',
        [untagged(beginning('BYE'))],
        smtp('250 ok'),
        [{ path: 'untagged', expected: 'an untagged response that begins with "* BYE"', actual: '250 ok' }],
      ],
    ]);

    const capability = imap('a1', '* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN AUTH=LOGIN', 'a1 OK done');
    table('capabilities', [
      [
        'take those of the response',
        [offer('IDLE', true), offer('AUTH=PLAIN', true), offer('AUTH', holds('plain', 'login'))],
        capability,
        [],
      ],
      [
        'take those of a response code',
        [offer('IDLE', true), offer('LOGINDISABLED', false)],
        imap('a1', 'a1 OK [CAPABILITY IMAP4rev1 IDLE] in'),
        [],
      ],
      [
        'tell what is missing',
        [offer('NAMESPACE', true)],
        imap('a1', 'a1 OK [CAPABILITY IMAP4rev1 IDLE] in'),
        [
          {
            path: 'capabilities.NAMESPACE',
            expected: 'advertised',
            actual: 'not advertised; the server advertises "IMAP4REV1", "IDLE"',
            missing: ['NAMESPACE'],
          },
        ],
      ],
      [
        'tell that a reply names none',
        [offer('IDLE', false)],
        imap('a1', 'a1 OK done'),
        [{ path: 'capabilities', expected: 'a reply that names capabilities', actual: 'OK done' }],
      ],
    ]);

    it('keeps what was met when everything held, and nothing else', () => {
      const uid = untagged(data('FETCH', fields({ seq: 2, UID: capture('uid') })));
      assert.deepEqual(kept([uid, status('OK')], fetch), { uid: '8' });
      assert.deepEqual(kept([uid, status('NO')], fetch), {});
      assert.deepEqual(kept([alternatives([uid, status('NO')], [uid])], fetch), { uid: '8' });
      assert.deepEqual(kept([negation([uid, status('NO')])], fetch), {});
      assert.deepEqual(kept([untagged(none(data('FETCH', fields({ seq: 3, UID: capture('uid') }))))], fetch), {});
      assert.deepEqual(kept([text(capture('text')), lines('any', allOf(matches('d'), capture('line')))], fetch), {
        text: 'done',
        line: 'done',
      });
    });
  });

  describe('evaluate() of POP3, ManageSieve and line services', () => {
    const capa = pop3('CAPA', '+OK List follows', 'TOP', 'SASL PLAIN LOGIN', '.');
    table('POP3', [
      ['takes status and text', [status('+OK'), begins('Logged in')], pop3('NOOP', '+OK Logged in.'), []],
      ['takes capabilities', [offer('TOP', true), offer('SASL', holds('plain')), offer('STLS', false)], capa, []],
      [
        'tells of capabilities in a reply without a body',
        [offer('TOP', false)],
        pop3('NOOP', '+OK'),
        [{ path: 'capabilities', expected: 'a reply that names capabilities', actual: '+OK' }],
      ],
      ["takes a body's lines", [lines('exactly', equals('TOP'), matches('^SASL'))], capa, []],
      [
        'takes a response code',
        [status('-ERR'), responseCode(equals('IN-USE'))],
        pop3('NOOP', '-ERR [IN-USE] busy'),
        [],
      ],
    ]);

    const greeting = sieve(
      '"IMPLEMENTATION" "Dovecot Pigeonhole"',
      '"SIEVE" "fileinto reject"',
      '"STARTTLS"',
      'OK "ready"',
    );
    table('ManageSieve', [
      [
        'takes capabilities',
        [offer('sieve', holds('fileinto')), offer('IMPLEMENTATION', matches('^Dovecot')), offer('STARTTLS', true)],
        greeting,
        [],
      ],
      [
        'tells a value that differs',
        [offer('IMPLEMENTATION', matches('^Cyrus'))],
        greeting,
        [{ path: 'capabilities.IMPLEMENTATION', expected: 'text matching /^Cyrus/', actual: '"Dovecot Pigeonhole"' }],
      ],
    ]);

    table('a line service', [
      ['takes the beginning of the line', [begins('action=dunno')], line('action=DUNNO'), []],
      [
        'tells another',
        [begins('200')],
        line('400 no'),
        [{ path: 'text', expected: 'a line that begins with "200"', actual: '"400 no"' }],
      ],
      [
        'has no extensions',
        [extension('SIZE', true)],
        line('250 SIZE'),
        [{ path: 'extensions', expected: 'an EHLO or LHLO reply of code 250', actual: '"250 SIZE"' }],
      ],
    ]);
  });

  describe('evaluateFields()', () => {
    const evidence = { trusted: true, days_left: 12, alt_names: ['mx.example', 'mail.example'], issuer: 'CN=Test CA' };
    const seen = (...conditions: readonly Condition[]): readonly Worded[] =>
      brief(evaluateFields(conditions, evidence, createScope()).mismatches);

    it('holds each field against its matcher', () => {
      assert.deepEqual(
        seen(
          field('trusted', equals(true)),
          field('alt_names', holds('mx.example')),
          field('ISSUER', contains('Test')),
        ),
        [],
      );
    });

    it('tells each that differs, and what there is where a name is not there', () => {
      assert.deepEqual(
        seen(field('days_left', atLeast(14)), field('issuers', equals('x')), field('alt_names', equals('mx.example'))),
        [
          { path: 'days_left', expected: 'at least 14', actual: '12' },
          {
            path: 'issuers',
            expected: '"x"',
            actual: 'nothing; there are "trusted", "days_left", "alt_names", "issuer"',
            missing: ['issuers'],
          },
          {
            path: 'alt_names',
            expected: '"mx.example"',
            actual: '["mx.example", "mail.example"] (a list; "includes" and "excludes" look at its items)',
          },
        ],
      );
    });

    it('takes alternatives and negations', () => {
      assert.deepEqual(seen(alternatives([field('trusted', equals(false))], [field('days_left', equals(12))])), []);
      assert.deepEqual(seen(negation([field('trusted', equals(true))])), [
        { path: '', expected: 'anything but trusted: true', actual: 'what the check saw' },
      ]);
    });

    it('keeps captures when all hold', () => {
      const scope = createScope();
      evaluateFields([field('issuer', capture('issuer')), field('days_left', equals(1))], evidence, scope);
      assert.deepEqual(scope.captured, {});
      evaluateFields([field('issuer', capture('issuer'))], evidence, scope);
      assert.deepEqual(scope.captured, { issuer: 'CN=Test CA' });
    });

    it("does not hold a reply's conditions", () => {
      assert.deepEqual(seen(code('250')), [{ path: '', expected: '250', actual: 'what the check saw' }]);
    });
  });

  describe('enoughUntagged()', () => {
    const exists = data('EXISTS', equals(2));
    const recent = beginning('1 RECENT');
    const one = imap('a1', '* 2 EXISTS', 'a1 OK x');
    const both = imap('a1', '* 1 RECENT', '* 2 EXISTS', 'a1 OK x');
    const enough = (conditions: readonly Condition[], so: Reply): boolean | undefined =>
      enoughUntagged(reply(conditions), createScope())?.(so.protocol === 'imap' ? so.untagged : []);

    it('is satisfied when each wanted response has come', () => {
      assert.equal(enough([untagged(exists, recent)], one), false);
      assert.equal(enough([untagged(exists, recent)], both), true);
      assert.equal(enough([untagged(exists), within(500)], one), true);
      assert.equal(enough([untagged(exists, none(recent))], both), true);
    });

    it('looks at each response once, as the list grows, and anew at another list', () => {
      const asked = enoughUntagged(reply([untagged(exists, recent)]), createScope());
      assert.ok(asked && both.protocol === 'imap' && one.protocol === 'imap');
      const growing = both.untagged.slice(0, 1);
      assert.equal(asked(growing), false);
      const looked: number[] = [];
      const watched = new Proxy(growing, {
        get(list, key) {
          if (typeof key === 'string' && /^\d+$/.test(key)) looked.push(Number(key));
          return Reflect.get(list, key);
        },
      });
      assert.equal(asked(watched), false);
      looked.length = 0;
      growing.push(...both.untagged.slice(1));
      assert.equal(asked(watched), true);
      assert.deepEqual(looked, [1]);
      assert.equal(asked(one.untagged), false);
    });

    it('is none where the tagged response is awaited', () => {
      assert.equal(enough([untagged(exists), status('OK')], both), undefined);
      assert.equal(enough([code('250')], both), undefined);
      assert.equal(enough([untagged(none(exists))], both), undefined);
      assert.equal(enoughUntagged({ kind: 'closed', span }, createScope()), undefined);
    });

    it('is satisfied by one alternative of untagged responses', () => {
      assert.equal(enough([alternatives([untagged(recent)], [untagged(exists)])], one), true);
      assert.equal(enough([alternatives([untagged(recent)], [status('OK')])], one), undefined);
      assert.equal(
        enough([{ kind: 'one_of', of: [{ kind: 'closed', span }, reply([untagged(exists)])], span }], one),
        true,
      );
    });
  });

  describe('captureFrom()', () => {
    const queued = { name: 'id', pattern: pattern('queued as (\\S+)'), span };

    it('keeps the first group, or the whole match', () => {
      const scope = createScope({ word: 'O.K' });
      const all = [
        queued,
        { name: 'whole', pattern: pattern('2\\.\\S+'), span },
        { name: 'either', pattern: pattern('(x)|queued (as)'), span },
        { name: 'filled', pattern: pattern(hole('word', '', ': (\\w+)')), span },
      ];
      assert.deepEqual(captureFrom(all, '2.0.0 O.K: queued as 4X', scope), []);
      assert.deepEqual(scope.captured, { id: '4X', whole: '2.0.0', either: 'as', filled: 'queued' });
    });

    it('tells what finds nothing, and then keeps nothing', () => {
      const scope = createScope();
      const all = [queued, { name: 'other', pattern: pattern('nothing', 'i'), span }];
      assert.deepEqual(brief(captureFrom(all, 'queued as 4X\r', scope)), [
        { path: 'capture.other', expected: 'a match of /nothing/i, to keep as "other"', actual: '"queued as 4X␍"' },
      ]);
      assert.deepEqual(scope.captured, {});
    });
  });

  it('evaluate() of an alternative of matchers tells the nearest in its record', () => {
    const so = imap('a1', '* STATUS INBOX (MESSAGES 3 UNSEEN 1)', 'a1 OK done');
    const wanted = oneOf(fields({ MESSAGES: 3, UNSEEN: 0 }), equals('x'));
    assert.deepEqual(brief(run([untagged(data('STATUS', wanted))], so)), [
      {
        path: 'untagged.STATUS',
        expected: 'one of { MESSAGES: 3, UNSEEN: 0 }, "x"',
        actual: '"INBOX (MESSAGES 3 UNSEEN 1)"; alternative 1 is closest, but UNSEEN is 1, expected 0',
      },
    ]);
  });
});

// --- The result ---

function run(conditions: readonly Condition[], so: Reply): readonly Mismatch[] {
  return evaluate(reply(conditions), so, { scope: createScope({ code: '250' }), elapsed: 0 }).mismatches;
}

function kept(conditions: readonly Condition[], so: Reply): Record<string, string> {
  const scope = createScope();
  const { captures } = evaluate(reply(conditions), so, { scope, elapsed: 0 });
  assert.deepEqual(Object.fromEntries(captures.map(({ name, value }) => [name, value])), scope.captured);
  return scope.captured;
}

function brief(mismatches: readonly Mismatch[]): readonly Worded[] {
  return mismatches.map(worded);
}

type Case = readonly [what: string, conditions: readonly Condition[], reply: Reply, mismatches: readonly Worded[]];

function table(what: string, cases: readonly Case[]): void {
  describe(what, () => {
    for (const [name, conditions, so, mismatches] of cases) {
      it(name, () => assert.deepEqual(brief(run(conditions, so)), mismatches));
    }
  });
}
