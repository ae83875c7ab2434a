import assert from 'node:assert/strict';
import type { CertificateFault } from '../evidence.ts';
import type { Headline } from '../headline.ts';
import type { Mismatch, ReplyLine } from '../mismatch.ts';
import { headlineWords } from './headline.ts';

const taken: ReplyLine = { kind: 'reply', status: '250', text: '2.1.5 Ok', more: 0 };
const code: Mismatch = {
  path: 'code',
  expected: { kind: 'condition', condition: { kind: 'code', codes: ['4xx', '5xx'] } as never },
  actual: taken,
};
const rcpt: Headline = {
  kind: 'mismatch',
  of: { kind: 'command', label: 'RCPT TO:<${to}>', line: 'RCPT TO:<a!b@c>' },
};

describe('headlineWords()', () => {
  it('has the command as it was sent, what was expected and the reply', () => {
    assert.equal(
      headlineWords(rcpt, { mismatches: [code], reply: taken }),
      'RCPT TO:<a!b@c>: expected 4xx or 5xx, got 250 2.1.5 Ok',
    );
  });

  it('counts further differences, and says how often a check was tried', () => {
    assert.equal(
      headlineWords(
        { kind: 'tried', times: 3, within: 30_000, last: rcpt },
        { mismatches: [code, code], reply: taken },
      ),
      'RCPT TO:<a!b@c>: expected 4xx or 5xx, got 250 2.1.5 Ok (and 1 more difference) (tried 3 times within 30 s)',
    );
  });

  it('counts the items of a list that a line has no room for, and shows one that is unwanted', () => {
    const line = 'postfix/smtpd[1]: connect from unknown[192.0.2.1]';
    const of: Headline = { kind: 'mismatch', of: { kind: 'check', label: 'log maillog' } };
    const lines = (count: number, more: Partial<Mismatch> = {}) => ({
      mismatches: [
        {
          path: 'lines',
          expected: { kind: 'words', words: 'a list without "connect"' },
          actual: { kind: 'value', value: { kind: 'list', items: Array<string>(count).fill(line), more: 290 } },
          ...more,
        } satisfies Mismatch,
      ],
    });
    assert.equal(headlineWords(of, lines(10)), 'log maillog: expected a list without "connect", got 300 lines');
    assert.equal(
      headlineWords(of, lines(10, { extra: [{ kind: 'value', value: line }] })),
      `log maillog: expected a list without "connect", got 300 lines, among them "${line}"`,
    );
    const short = lines(1, { actual: { kind: 'value', value: { kind: 'list', items: [line], more: 0 } } });
    assert.equal(headlineWords(of, short), `log maillog: expected a list without "connect", got ["${line}"]`);
    assert.equal(
      headlineWords(of, lines(10, { path: 'subjects' })),
      'log maillog: expected subjects to be a list without "connect", got a list of 300',
    );
  });

  it('names an extension that should not be offered', () => {
    const mismatch: Mismatch = {
      path: 'extensions.AUTH',
      expected: { kind: 'announcement', announced: false },
      actual: { kind: 'announced', keyword: 'AUTH', parameters: 'PLAIN LOGIN' },
    };
    const headline: Headline = {
      kind: 'mismatch',
      of: { kind: 'command', label: 'EHLO', line: 'EHLO client.example' },
    };
    assert.equal(
      headlineWords(headline, { mismatches: [mismatch], reply: { ...taken, more: 3 } }),
      'EHLO client.example: expected no AUTH, got AUTH "PLAIN LOGIN"',
    );
  });

  it('says of an extension that is not offered what is, and of a list what it lacks', () => {
    const present = { names: ['ETRN', 'DSN'], more: 0 };
    const login = { kind: 'equals', value: 'LOGIN' };
    const mismatches = [
      { expected: { kind: 'announcement', announced: true }, actual: { kind: 'unannounced', present } },
      { expected: { kind: 'matcher', matcher: login }, actual: { kind: 'unannounced', present } },
      {
        expected: { kind: 'matcher', matcher: { kind: 'holds', items: [login] } },
        actual: { kind: 'value', value: 'PLAIN' },
      },
    ].map((each) => ({ path: 'extensions.AUTH', ...each }) as unknown as Mismatch);
    const headline: Headline = { kind: 'mismatch', of: { kind: 'command', label: 'EHLO', line: 'EHLO a.example' } };
    assert.deepEqual(
      mismatches.map((each) => headlineWords(headline, { mismatches: [each] })),
      [
        'EHLO a.example: expected AUTH, got only "ETRN", "DSN"',
        'EHLO a.example: expected extensions.AUTH to be "LOGIN", got nothing; the server advertises "ETRN", "DSN"',
        'EHLO a.example: expected extensions.AUTH to include "LOGIN", got "PLAIN"',
      ],
    );
  });

  it('says of a field of a check which one it is', () => {
    const mismatch: Mismatch = {
      path: 'days_left',
      expected: { kind: 'matcher', matcher: { kind: 'at_least', value: 7 } as never },
      actual: { kind: 'value', value: 3 },
    };
    assert.equal(
      headlineWords(
        { kind: 'mismatch', of: { kind: 'check', label: 'certificate imaps' } },
        { mismatches: [mismatch] },
      ),
      'certificate imaps: expected days_left to be at least 7, got 3',
    );
  });

  it('says what is expected of untagged responses', () => {
    const matcher = { kind: 'length', matcher: { kind: 'at_least', value: 1 } };
    const want = { form: 'data', name: 'SEARCH', matcher };
    const searched: Mismatch = {
      path: 'untagged.SEARCH',
      expected: { kind: 'untagged', untagged: { want, forbidden: true } as never },
      actual: { kind: 'octets', text: '* SEARCH 28' },
    };
    const pattern = { source: 'x', flags: '' } as never;
    const fetched: Mismatch = {
      path: 'untagged.FETCH["BODY[]"]',
      expected: { kind: 'matcher', matcher: { kind: 'matches', pattern } as never },
      actual: { kind: 'value', value: 'y' },
    };
    const headline: Headline = { kind: 'mismatch', of: { kind: 'command', label: 'NOOP', line: 'NOOP' } };
    assert.deepEqual(
      [searched, fetched].map((each) => headlineWords(headline, { mismatches: [each] })),
      [
        'NOOP: expected no untagged SEARCH with a length of at least 1, got "* SEARCH 28"',
        'NOOP: expected untagged.FETCH["BODY[]"] to match /x/, got "y"',
      ],
    );
  });

  it('names a greeting once', () => {
    assert.equal(
      headlineWords({ kind: 'late reply', after: { kind: 'greeting' }, within: 10_000 }),
      'no complete greeting within 10 s',
    );
    assert.equal(
      headlineWords({ kind: 'closed', after: { kind: 'greeting' } }),
      'the server closed the connection without a greeting',
    );
  });

  it('cuts what is long, and shows control characters', () => {
    const words = headlineWords(
      { kind: 'mismatch', of: { kind: 'command', label: 'x', line: `RCPT TO:<${'a'.repeat(500)}\x1b[31m>` } },
      { mismatches: [{ ...code, actual: { ...taken, text: '\x1b[2J'.repeat(200) } }], reply: taken },
    );
    assert.ok(words.length < 350, words);
    assert.doesNotMatch(words, /\x1b/);
  });

  const faults: readonly (readonly [CertificateFault, string])[] = [
    [
      { kind: 'certificate', name: 'mail.example.com', wrong: 'expired', date: '2026-11-23', days: 3 },
      'certificate of mail.example.com expired 3 days ago (2026-11-23)',
    ],
    [
      { kind: 'certificate', name: 'mail.example.com', wrong: 'expires', date: '2026-11-27', days: 1 },
      'certificate of mail.example.com expires in 1 day (2026-11-27)',
    ],
    [
      {
        kind: 'certificate',
        name: 'mail.example.com',
        wrong: 'expired',
        date: '2026-11-23',
        days: 3,
        of: 'Example CA',
      },
      'certificate of mail.example.com has a chain in which "Example CA" expired 3 days ago (2026-11-23)',
    ],
    [
      { kind: 'certificate', name: 'a.example', wrong: 'another name', asked: 'b.example', names: ['a.example'] },
      'certificate of a.example is not for "b.example": it is for "a.example"',
    ],
    [
      { kind: 'certificate', name: 'a.example', wrong: 'self-signed' },
      'certificate of a.example is self-signed, and not itself trusted',
    ],
  ];
  for (const [fault, words] of faults) {
    it(`says "${words}"`, () => assert.equal(headlineWords({ kind: 'certificate', fault }), words));
  }
});
