import assert from 'node:assert/strict';
import fc from 'fast-check';
import { limits } from './limits.ts';
import { createLineParser } from './line.ts';
import type { Want } from './reply.ts';
import { hasUnread } from './unread.test.helper.ts';

const dot: Want = { framing: { ends: 'dot' } };
const until = (line: string): Want => ({ framing: { ends: 'line', line } });

function parserOf(text: string) {
  const parser = createLineParser();
  parser.push(Buffer.from(text));
  return parser;
}

function allReplies(chunks: readonly Buffer[], want?: Want): unknown[] {
  const parser = createLineParser();
  const found: unknown[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let reply = parser.take(want); reply !== undefined; reply = parser.take(want)) found.push(reply);
  }
  return [...found, parser.drain()];
}

describe('line', () => {
  it('take() gives one line, ended by CRLF or LF', () => {
    const parser = parserOf('one\r\ntwo\nthr');
    assert.deepEqual(parser.take(), { protocol: 'line', raw: Buffer.from('one\r\n'), lines: ['one'], text: 'one' });
    assert.equal(parser.take()?.text, 'two');
    assert.equal(parser.take(), undefined);
    assert.equal(parser.pending, 3);
  });

  it('take() reads through the dot line, and unstuffs all but the first line', () => {
    const parser = parserOf('.215 list\r\n..dotted\r\n.x\r\n\r\n.\r\nnext\r\n');
    const reply = parser.take(dot);
    assert.deepEqual(reply?.lines, ['.215 list', '.dotted', 'x', '']);
    assert.equal(reply?.text, '.215 list\n.dotted\nx\n');
    assert.equal(String(reply?.raw), '.215 list\r\n..dotted\r\n.x\r\n\r\n.\r\n');
    assert.equal(parser.take()?.text, 'next');
  });

  it('take() reads through the line that the expectation names', () => {
    const parser = parserOf('action=DUNNO\n\nEND\nSTAT a 1\nEND\n');
    assert.deepEqual(parser.take(until(''))?.lines, ['action=DUNNO']);
    assert.deepEqual(parser.take(until('END'))?.lines, []);
    assert.deepEqual(parser.take(until('END'))?.lines, ['STAT a 1']);
    assert.equal(parser.pending, 0);
  });

  it('take() reads what one framing left from its beginning with the next', () => {
    const parser = parserOf('one\r\n..two\r\n');
    assert.equal(parser.take(dot), undefined);
    assert.equal(parser.take(until('END')), undefined);
    assert.equal(parser.take()?.text, 'one');
    assert.equal(parser.take()?.text, '..two');
  });

  it('unread is true where a complete line lies here', () => {
    const parser = parserOf('par');
    assert.equal(hasUnread(parser), false);
    parser.push(Buffer.from('t\r\nof more'));
    assert.equal(hasUnread(parser), true);
    assert.equal(parser.take(dot), undefined);
    assert.equal(hasUnread(parser), true);
    assert.equal(parser.take()?.text, 'part');
    assert.equal(hasUnread(parser), false);
    assert.equal(String(parser.drain()), 'of more');
  });

  it('take() gives the same replies for any split and never throws for short input', () => {
    const text = fc.array(fc.constantFrom('\n', '\r\n', '.', '..', '\r\n.\r\n', 'END', 'a', 'ü', '\r'), {
      maxLength: 40,
    });
    const wants = fc.constantFrom(undefined, dot, until(''), until('END'));
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), wants, (parts, cuts, want) => {
        const bytes = Buffer.from(parts.join(''));
        const places = [...new Set([0, ...cuts.filter((at) => at < bytes.length), bytes.length])].sort((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        assert.deepEqual(allReplies(chunks, want), allReplies([bytes], want));
      }),
    );
  });

  it('take() meets its limits, and meets them again when asked again', () => {
    const endless = parserOf('x'.repeat(limits.longestLine + 1));
    assert.equal(hasUnread(endless), true);
    for (let times = 0; times < 2; times++) assert.throws(() => endless.take(), { kind: 'limit', rule: 'longestLine' });
    const long = parserOf(`${'x'.repeat(60_000)}\n`.repeat(300));
    for (let times = 0; times < 2; times++)
      assert.throws(() => long.take(dot), { kind: 'limit', rule: 'longestReply' });
    const many = parserOf('\n'.repeat(limits.lineReplyMemory / 64));
    for (let times = 0; times < 2; times++)
      assert.throws(() => many.take(dot), { kind: 'limit', rule: 'lineReplyMemory' });
    assert.equal(many.take()?.text, '');
  });
});
