import assert from 'node:assert/strict';
import { detached } from './detach.ts';

describe('detached()', () => {
  it('copies plain data without a change', () => {
    const lone = 'half of a character: \ud83d';
    const data = {
      text: 'Entwürfe 日本語 \u{1f4e8}',
      list: [lone, 'short', 7, null, true],
      nested: { empty: '', none: [] },
    };
    assert.deepEqual(detached(data), data);
    assert.notEqual(detached(data), data);
  });
});
