import assert from 'node:assert/strict';
import { codeSpan } from './code-span.ts';

describe('codeSpan()', () => {
  it('has a fence that no backticks of the line close', () => {
    assert.equal(codeSpan('250 OK'), '`250 OK`');
    assert.equal(codeSpan('a `b`'), '`` a `b` ``');
    assert.equal(codeSpan('``'), '``` `` ```');
  });
});
