import assert from 'node:assert/strict';
import { middleLeftOut, shortened } from './text.ts';

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

describe('shortened()', () => {
  it('says how much it left out, and leaves out nothing where that would take as much room', () => {
    assert.equal(shortened('a'.repeat(200), 60), `${'a'.repeat(60)}… (140 more characters)`);
    assert.equal(shortened('a'.repeat(82), 60), 'a'.repeat(82));
    assert.equal(shortened('a'.repeat(83), 60), `${'a'.repeat(60)}… (23 more characters)`);
    assert.equal(shortened('😀'.repeat(100), 61), `${'😀'.repeat(30)}… (140 more characters)`);
  });
});
