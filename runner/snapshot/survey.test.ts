import assert from 'node:assert/strict';
import { loginDelayIn, parallelFor } from './survey.ts';

describe('parallelFor()', () => {
  it('asks two things of each server at a time, never fewer than eight and never more than twenty', () => {
    assert.deepEqual([1, 4, 5, 9, 10, 30].map(parallelFor), [8, 8, 10, 18, 20, 20]);
  });
});

describe('loginDelayIn()', () => {
  it('reads the seconds that POP3 servers announce, also if they depend on the user', () => {
    assert.equal(loginDelayIn('+OK List of capabilities follows\r\nUIDL\r\nLOGIN-DELAY 60\r\n.\r\n'), 60);
    assert.equal(loginDelayIn('+OK\r\nLOGIN-DELAY 900 USER\r\n.\r\n'), 900);
    assert.equal(loginDelayIn('+OK\r\nLOGIN-DELAY 0\r\n.\r\n'), 0);
    assert.equal(loginDelayIn('+OK\r\nUIDL\r\n.\r\n'), 0);
  });
});
