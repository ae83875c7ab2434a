import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dotStuff, dotUnstuff, isFinalDot } from './dot.ts';

/** What a server reads, by the simplest implementation of RFC 5321 section 4.5.2. */
function unstuffed(wire: string): string {
  const lines = wire.split('\r\n');
  const end = lines.findIndex(isFinalDot);
  assert.equal(end, lines.length - 2, 'the final dot is the last line, and the only one');
  return lines
    .slice(0, end)
    .map((line) => `${dotUnstuff(line)}\r\n`)
    .join('');
}

describe('dot', () => {
  it('dotStuff() ends the content and doubles dots at the beginning of lines', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['', '.\r\n'],
      ['a', 'a\r\n.\r\n'],
      ['a\r\n', 'a\r\n.\r\n'],
      ['.', '..\r\n.\r\n'],
      ['.\r\n', '..\r\n.\r\n'],
      ['a\r\n.\r\nb.\r\n..c\r\n', 'a\r\n..\r\nb.\r\n...c\r\n.\r\n'],
      ['a\n', 'a\n\r\n.\r\n'],
      ['a\r', 'a\r\r\n.\r\n'],
      ['\n', '\n\r\n.\r\n'],
    ];
    for (const [content, wire] of cases) assert.equal(String(dotStuff(Buffer.from(content))), wire);
  });

  it('dotStuff() leaves a dot behind a bare LF or CR as it is', () => {
    assert.equal(String(dotStuff(Buffer.from('a\n.\r\nb\r.\r\n'))), 'a\n.\r\nb\r.\r\n.\r\n');
  });

  it('dotStuff() is undone by unstuffing, whatever the octets', () => {
    const content = fc.array(fc.constantFrom('.', '\r\n', '\r', '\n', 'a', '..', '\0', 'ÿ'), { maxLength: 50 });
    fc.assert(
      fc.property(content, (parts) => {
        const text = parts.join('');
        const expected = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
        assert.equal(unstuffed(dotStuff(Buffer.from(text, 'latin1')).toString('latin1')), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('dotStuff() makes one buffer of the right size from large content that is all dots', () => {
    const content = Buffer.alloc(3 * 1024 * 1024, '.\r\n');
    const stuffed = dotStuff(content);
    assert.equal(stuffed.length, (content.length / 3) * 4 + 3);
    assert.equal(stuffed.subarray(-7).toString(), '..\r\n.\r\n'.slice(-7));
  });

  it('dotUnstuff() takes one dot off', () => {
    assert.deepEqual(['..', '.a', 'a.', '', '...'].map(dotUnstuff), ['.', 'a', 'a.', '', '..']);
  });
});
