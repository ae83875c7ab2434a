import assert from 'node:assert/strict';
import type { Seen } from '../engine/witness.ts';
import { logExpectation } from './log-expectation.ts';

const seen = (...lines: readonly string[]): Seen => ({ kind: 'check', evidence: { lines } });

describe('logExpectation()', () => {
  const patterns = ['/\\bTLSv1\\.3\\b/', '/ to=<[^>]+>.* status=sent/i', '/mismatch/'];
  const tls = 'smtpd[7]: Anonymous TLS connection established from unknown[127.0.0.1]: TLSv1.3 with cipher X';
  const sent = 'lmtp[9]: A1: to=<bob@example.test>, delay=0.1, Status=sent (250 2.0.0 Saved)';

  it('keeps the patterns, in their order, that a line matched each time', () => {
    assert.deepEqual(logExpectation([seen(tls, sent), seen('another', sent, tls)], patterns), patterns.slice(0, 2));
  });

  it('leaves out what the log lacked once', () => {
    assert.deepEqual(logExpectation([seen(tls, sent), seen(sent)], patterns), [patterns[1]]);
  });

  it('does not join the words of two lines', () => {
    assert.equal(logExpectation([seen('x to=<bob@example.test>', 'status=sent')], patterns), undefined);
  });

  it('says nothing of a log that could not be read', () => {
    assert.equal(logExpectation([seen(tls), { kind: 'nothing' }], patterns), undefined);
  });
});
