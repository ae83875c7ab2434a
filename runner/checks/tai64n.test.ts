import assert from 'node:assert/strict';
import { withReadableTime } from './tai64n.ts';

describe('withReadableTime()', () => {
  it('reads a label as tai64nlocal does, in UTC', () => {
    // 0x37c219bf is 935467455; tai64nlocal subtracts ten from it, without leap seconds.
    assert.equal(
      withReadableTime('@4000000037c219bf2ef02e94 tcpserver: status: 0/40'),
      '1999-08-24T04:04:05.787492500Z tcpserver: status: 0/40',
    );
    assert.equal(withReadableTime('@400000000000000a00000000'), '1970-01-01T00:00:00.000000000Z');
  });

  it('leaves everything else alone', () => {
    for (const line of [
      'Nov 21 10:00:00 mail postfix',
      '@4000000037c219bf',
      '@ffffffffffffffff2ef02e94 x',
      '@4000000037c219bfffffffff x',
      '',
    ]) {
      assert.equal(withReadableTime(line), line);
    }
  });
});
