import assert from 'node:assert/strict';
import { placeIn, problemAt, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { Evidence } from '../evidence.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Problem } from '../result.ts';
import { exchangeOf, meaningOf } from './cause-parts.ts';

const file = { path: 'a.yaml', text: 'expect: 250\n' };

function causeOf(lines: readonly string[], evidence: Evidence, more: Partial<Problem> = {}): Cause {
  const problem = problemAt(placeIn(file, '250'), { evidence, ...more });
  const causes = collectCauses();
  causes.add(resultOf(scenarioOf(0, 'a', {}, file), 'failed', { problem, transcript: transcript(lines) }));
  return causes.list()[0] as Cause;
}

const rcpt = { kind: 'command', label: 'RCPT', line: 'RCPT TO:<a@b.example>' } as const;
const reply = { kind: 'reply', status: '250', text: '2.1.5 Ok', more: 0 } as const;

describe('exchangeOf()', () => {
  it('has the command and its reply, with a tag or without', () => {
    const smtp = ['C EHLO x␍␊', 'S 250 mx␍␊', 'C RCPT TO:<a@b.example>␍␊', 'S 250 2.1.5 Ok␍␊'];
    assert.deepEqual(exchangeOf(causeOf(smtp, { action: rcpt, reply })), [
      'C RCPT TO:<a@b.example>␍␊',
      'S 250 2.1.5 Ok␍␊',
    ]);
    const action = { kind: 'command', label: 'NOOP', line: 'NOOP' } as const;
    const imap = ['C a001 NOOP␍␊', 'S a001 BAD␍␊'];
    assert.deepEqual(exchangeOf(causeOf(imap, { action, reply: { ...reply, status: 'BAD' } })), imap);
  });

  it('has the decisive command of a pipeline, which is not the last one', () => {
    const lines = ['C RCPT TO:<a@b.example>␍␊', 'C NOOP␍␊', 'S 250 2.1.5 Ok␍␊', 'S 250 2.0.0 Ok␍␊'];
    assert.deepEqual(exchangeOf(causeOf(lines, { action: rcpt, reply })), [
      'C RCPT TO:<a@b.example>',
      'S 250 2.1.5 Ok',
    ]);
  });

  it('has the reply that violates the protocol, although the session went on', () => {
    const lines = ['C EHLO x␍␊', 'S 250-mx␍␊', 'S 250 AUTH␍␊', 'C RSET␍␊', 'S 250 2.0.0 Ok␍␊'];
    const after = { kind: 'command', label: 'EHLO x', line: 'EHLO x' } as const;
    const mismatches: Mismatch[] = [
      {
        path: 'smtp.ehlo.no-mechanism',
        expected: { kind: 'valid reply', rule: 'RFC 4954 section 3' },
        actual: { kind: 'violation', text: '250-mx\r\n250 AUTH\r\n', reason: 'AUTH names no mechanism' },
      },
    ];
    const headline = { kind: 'violation', after, reason: 'smtp.ehlo.no-mechanism' } as const;
    assert.deepEqual(exchangeOf(causeOf(lines, {}, { code: 'protocol.violation', headline, mismatches })), [
      'C EHLO x',
      'S 250-mx␍␊250 AUTH␍␊',
      '* AUTH names no mechanism',
    ]);
  });

  it('has the line of a long reply that the problem is about, wherever it is', () => {
    const action = { kind: 'command', label: 'EHLO', line: 'EHLO x' } as const;
    const before = ['250-mx␍␊', '250-PIPELINING␍␊', '250-SIZE 10240000␍␊', '250-STARTTLS␍␊'];
    const smtp = [
      'C EHLO x␍␊',
      ...[...before, '250-AUTH PLAIN␍␊', '250-DSN␍␊', '250 CHUNKING␍␊'].map((each) => `S ${each}`),
    ];
    const mismatches = [{ path: 'extensions.AUTH' } as Mismatch];
    assert.deepEqual(exchangeOf(causeOf(smtp, { action, reply: { ...reply, text: 'mx', more: 6 } }, { mismatches })), [
      'C EHLO x␍␊',
      'S 250-mx␍␊',
      'S 250-AUTH PLAIN␍␊',
      'S 250 CHUNKING␍␊',
    ]);
    const capabilities = `* CAPABILITY IMAP4rev1 ${'SORT=DISPLAY '.repeat(20)}AUTH=PLAIN${' THREAD=REFS'.repeat(20)}␍␊`;
    const imap = ['C a001 CAPABILITY␍␊', `S ${capabilities}`, 'S a001 OK␍␊'];
    const shown = exchangeOf(
      causeOf(
        imap,
        { action: { ...action, line: 'CAPABILITY' }, reply: { ...reply, status: 'OK' } },
        {
          mismatches: [{ path: 'capabilities.AUTH=PLAIN' } as Mismatch],
        },
      ),
    );
    assert.match(shown[1] ?? '', /^S \* CAPABILITY IMAP4rev1 .* … AUTH=PLAIN THREAD=REFS .*…$/);
    assert.ok((shown[1]?.length ?? 0) < 150);
  });

  it('has what a check saw, and not the dialogue before', () => {
    const lines = ['C QUIT␍␊', 'S 221 Bye␍␊', '* 0 new messages in Maildir'];
    const check = { step: 'maildir', label: 'maildir Maildir' };
    assert.deepEqual(exchangeOf(causeOf(lines, { check }, { code: 'check.mismatch' })), [
      '* 0 new messages in Maildir',
    ]);
  });
});

describe('meaningOf()', () => {
  const action = { kind: 'command', label: 'RCPT', line: 'RCPT TO:<a@b.example>' } as const;
  const group = (...descriptions: readonly (string | undefined)[]) => {
    const causes = collectCauses();
    descriptions.forEach((description, index) => {
      const scenario = scenarioOf(index, 'a', { ...(description !== undefined && { description }) }, file);
      const suite = { ...scenario.suite, description: 'Everything is bad. And more.' };
      const problem = problemAt(placeIn(file, '250'), { code: 'reply.mismatch', evidence: { action, reply } });
      causes.add(resultOf({ ...scenario, suite }, 'failed', { problem }));
    });
    return meaningOf(causes.list()[0] as Cause);
  };

  it("is the scenario's own sentence, and its suite's where others without one have the same cause", () => {
    assert.equal(group('Strangers send spam. It is listed.'), 'Strangers send spam.');
    assert.equal(group('Strangers send spam.', 'Others do.'), 'Strangers send spam.');
    assert.equal(group('Strangers send spam.', undefined), 'Everything is bad.');
    assert.equal(group(undefined), 'Everything is bad.');
  });
});
