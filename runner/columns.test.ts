import assert from 'node:assert/strict';
import { columnsOf, fitColumns } from './columns.ts';

describe('columnsOf()', () => {
  it('columnsOf() counts two for wide characters and none for combining marks when they occur', () => {
    assert.deepEqual(
      ['mail', '', '日本', 'e\u0301', '😀', '👨‍👩‍👧', 'ｶﾅ'].map((text) => columnsOf(text)),
      [4, 0, 4, 1, 2, 2, 2],
    );
  });
});

describe('fitColumns()', () => {
  it('fitColumns() leaves out what does not fit when a text is too wide', () => {
    const fitted = [4, 3, 1, 0, -1].map((columns) => fitColumns('mail', columns));
    assert.deepEqual(fitted, ['mail', 'ma…', '…', '', '']);
    assert.equal(fitColumns('日本語', 6), '日本語');
    assert.equal(fitColumns('日本語', 5), '日本…');
    assert.equal(fitColumns('日本語', 4), '日…');
    assert.equal(fitColumns('e\u0301e\u0301e\u0301', 2), 'e\u0301…');
  });
});
