import assert from 'node:assert/strict';
import { altNames } from './certificate.ts';

describe('altNames()', () => {
  it('takes names apart, quoted ones too', () => {
    assert.deepEqual(altNames('DNS:a.example, IP Address:127.0.0.1, email:a@b.example'), [
      'a.example',
      '127.0.0.1',
      'a@b.example',
    ]);
    assert.deepEqual(altNames('DNS:"x, DNS:evil.example", DNS:b'), ['x, DNS:evil.example', 'b']);
    assert.deepEqual(altNames(undefined), []);
  });
});
