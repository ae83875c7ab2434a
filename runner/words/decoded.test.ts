import assert from 'node:assert/strict';
import { transcript } from '../../fixtures/reports/results.ts';
import { withDecoded } from './decoded.ts';

const decoded = (...lines: readonly string[]) => withDecoded(transcript(lines)).map((each) => each.decoded);

describe('withDecoded()', () => {
  it('says what challenges and responses say', () => {
    assert.deepEqual(
      decoded(
        'C AUTH LOGIN␍␊',
        'S 334 VXNlcm5hbWU6␍␊',
        'C YWxpY2U=␍␊',
        'S 334 UGFzc3dvcmQ6␍␊',
        'C «password»␍␊',
        'S 235 2.7.0 ok␍␊',
      ),
      [undefined, 'Username:', 'alice', 'Password:', undefined, undefined],
    );
    assert.deepEqual(decoded('C a1 AUTHENTICATE PLAIN AGFsaWNlAHB3␍␊'), ['␀alice␀pw']);
    assert.deepEqual(decoded('C AUTH PLAIN «password»␍␊'), [undefined]);
  });

  it('leaves alone what only looks like base64', () => {
    for (const line of [
      'S + idling␍␊',
      'S + done␍␊',
      'S + OK␍␊',
      'S 250 VXNlcm5hbWU6␍␊',
      'C VXNlcm5hbWU6␍␊',
      'C AUTH PLAIN␍␊',
    ])
      assert.deepEqual(decoded(line), [undefined], line);
    assert.deepEqual(decoded('S 354 go␍␊', 'C YWxpY2U=␍␊'), [undefined, undefined]);
  });
});
