import assert from 'node:assert/strict';
import { middleLeftOut } from './text.ts';

describe('middleLeftOut()', () => {
  it('keeps the beginning and the end, and whole characters', () => {
    const line = `${'a'.repeat(100)}b${'c'.repeat(100)} failed: Permission denied`;
    const cut = middleLeftOut(line, 60);
    assert.ok(cut.startsWith('aaa') && cut.endsWith('Permission denied') && cut.includes(' … '));
    assert.ok(cut.length <= 63);
    assert.equal(middleLeftOut('short', 60), 'short');
    assert.doesNotMatch(
      middleLeftOut('😀'.repeat(50), 31),
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/,
    );
  });
});
