import assert from 'node:assert/strict';
import { placeIn, problemAt, resultOf, scenarioOf, transcript } from '../../fixtures/reports/results.ts';
import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { Evidence } from '../evidence.ts';
import type { Problem } from '../result.ts';
import { exchangeOf } from './cause-parts.ts';

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

  it('has what a check saw, and not the dialogue before', () => {
    const lines = ['C QUIT␍␊', 'S 221 Bye␍␊', '* 0 new messages in Maildir'];
    const check = { step: 'maildir', label: 'maildir Maildir' };
    assert.deepEqual(exchangeOf(causeOf(lines, { check }, { code: 'check.mismatch' })), [
      '* 0 new messages in Maildir',
    ]);
  });
});
