import assert from 'node:assert/strict';
import { pathText, under } from './path.ts';

describe('pathText()', () => {
  it('joins names with dots, counts items from 1, and quotes names that are no words', () => {
    const lines = under(undefined, 'lines');
    assert.deepEqual(
      [
        undefined,
        lines,
        under(lines, 'X-b'),
        under(lines, 1),
        under(under(lines, 0), 'seq'),
        under(lines, 'b c'),
        under(undefined, 'b.c'),
      ].map(pathText),
      ['', 'lines', 'lines.X-b', 'lines[2]', 'lines[1].seq', 'lines["b c"]', '["b.c"]'],
    );
  });
});
