import assert from 'node:assert/strict';
import { placeIn, problemAt } from '../../fixtures/reports/results.ts';
import type { SourceFile } from '../source.ts';
import { wantsTlsFirst } from './tls-first.ts';

const file: SourceFile = { path: 'a.yaml', text: 'expect: 250\n' };

function refused(line: string, status: string, text: string): boolean {
  const evidence = {
    action: { kind: 'command', label: line, line },
    reply: { kind: 'reply', status, text, more: 0 },
  } as const;
  return wantsTlsFirst(problemAt(placeIn(file, '250'), { evidence }));
}

describe('wantsTlsFirst()', () => {
  it('tells a login before TLS from a login that failed', () => {
    for (const [line, status, text] of [
      ['AUTH PLAIN', '538', 'Encryption required'],
      ['LOGIN alice «password»', 'NO', '[PRIVACYREQUIRED] Plaintext authentication disallowed'],
      ['USER alice', '-ERR', '[AUTH] Cleartext authentication disallowed on non-secure (SSL/TLS) connections.'],
      ['USER alice', '-ERR', 'TLS required to log in.'],
      ['USER alice', '-ERR', '[AUTH] USER command only available under a layer'],
    ] as const)
      assert.ok(refused(line, status, text), text);
    for (const [line, status, text] of [
      ['AUTH PLAIN', '535', '5.7.8 Error: authentication failed'],
      ['LOGIN alice «password»', 'NO', '[AUTHENTICATIONFAILED] Authentication failed.'],
      ['MAIL FROM:<a@b.example>', '538', 'Encryption required'],
      ['SELECT INBOX', 'NO', 'TLS required'],
    ] as const)
      assert.ok(!refused(line, status, text), text);
  });
});
