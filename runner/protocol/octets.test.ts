import assert from 'node:assert/strict';
import fc from 'fast-check';
import { limits } from './limits.ts';
import { createOctetReader, decodeLine, endsWithCrlf } from './octets.ts';
import { ProtocolError } from './reply.ts';

function linesOf(chunks: readonly Buffer[], cutEach: boolean): string[] {
  const reader = createOctetReader();
  const found: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let line = reader.line(); line !== undefined; line = reader.line()) {
      found.push(line.toString('latin1'));
      if (cutEach) assert.deepEqual(reader.cut(), line);
    }
  }
  found.push(cutEach ? reader.rest().toString('latin1') : `${reader.taken}`);
  return found;
}

/** Calls `work` and returns how many octets were searched or copied meanwhile. */
function octetsTouched(work: () => void): number {
  const { indexOf, copy } = Buffer.prototype;
  let touched = 0;
  Buffer.prototype.indexOf = function (this: Buffer, ...args: Parameters<Buffer['indexOf']>) {
    const found = indexOf.apply(this, args);
    touched += (found === -1 ? this.length : found + 1) - Number(args[1] ?? 0);
    return found;
  } as Buffer['indexOf'];
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<Buffer['copy']>) {
    const copied = copy.apply(this, args);
    touched += copied;
    return copied;
  } as Buffer['copy'];
  try {
    work();
  } finally {
    Object.assign(Buffer.prototype, { indexOf, copy });
  }
  return touched;
}

describe('octets', () => {
  it('createOctetReader() gives the same lines for any split', () => {
    const text = fc.array(fc.constantFrom('\n', '\r', '\r\n', 'a', 'bc', '\0'), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), fc.boolean(), (parts, cuts, cutEach) => {
        const bytes = Buffer.from(parts.join(''), 'latin1');
        const places = [...new Set([0, bytes.length, ...cuts.filter((at) => at < bytes.length)])].sort((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        assert.deepEqual(linesOf(chunks, cutEach), linesOf([bytes], cutEach));
      }),
    );
  });

  it('line() hands out views that later octets do not change', () => {
    const reader = createOctetReader();
    const kept: Buffer[] = [];
    for (let index = 0; index < 2000; index++) {
      for (const octet of `line ${index}\n`) reader.push(Buffer.from(octet));
      kept.push(reader.line() ?? assert.fail('no line'));
      if (index % 3 === 0) reader.cut();
    }
    assert.deepEqual(
      kept.map(String),
      Array.from(kept, (_, index) => `line ${index}\n`),
    );
  });

  it('line() gives a chunk of one line back without a copy', () => {
    const reader = createOctetReader();
    const chunk = Buffer.from('250 ok\r\n');
    reader.push(chunk);
    assert.equal(reader.line(), chunk);
    assert.equal(reader.cut(), chunk);
    assert.equal(reader.pending, 0);
  });

  it('line() touches each octet of an endless line a few times, not once for each chunk', () => {
    const size = 60_000;
    const touched = octetsTouched(() => {
      const reader = createOctetReader();
      for (let index = 0; index < size; index++) {
        reader.push(Buffer.from('x'));
        assert.equal(reader.line(), undefined);
      }
    });
    assert.ok(touched < 5 * size, `${touched} octets touched for ${size}`);
  });

  it('line() meets its limit for a complete line as for one without an end', () => {
    for (const chunk of ['12345678\r\n', '12345678901', '12345678']) {
      const reader = createOctetReader({ maxLine: 9 });
      reader.push(Buffer.from(chunk));
      if (chunk.length === 8) assert.equal(reader.line(), undefined);
      else assert.throws(() => reader.line(), { kind: 'limit', rule: 'longestLine' });
    }
  });

  it('push() refuses a backlog beyond its limit', () => {
    const reader = createOctetReader();
    const chunk = Buffer.alloc(limits.largestBacklog / 2);
    reader.push(chunk);
    reader.push(chunk);
    assert.throws(() => reader.push(Buffer.alloc(1)), { kind: 'limit', rule: 'largestBacklog' });
  });

  it('octets() waits for all of them and cut() joins them with the lines around', () => {
    const reader = createOctetReader();
    reader.push(Buffer.from('* {5}\r\nab'));
    assert.equal(String(reader.line()), '* {5}\r\n');
    assert.equal(reader.octets(5), undefined);
    reader.push(Buffer.from('\r\nc)\r\nmore'));
    assert.equal(reader.at(0), 'a'.charCodeAt(0));
    assert.equal(String(reader.octets(5)), 'ab\r\nc');
    assert.equal(String(reader.line()), ')\r\n');
    assert.equal(reader.taken, 15);
    assert.equal(String(reader.cut()), '* {5}\r\nab\r\nc)\r\n');
    assert.equal(reader.pending, 4);
    assert.equal(String(reader.drain()), 'more');
    assert.equal(reader.pending, 0);
  });

  it('rewind() lets everything since the last cut be read again', () => {
    const reader = createOctetReader();
    reader.push(Buffer.from('a\nbb\nccc\nrest'));
    reader.line();
    reader.cut();
    assert.equal(String(reader.line()), 'bb\n');
    assert.equal(String(reader.line()), 'ccc\n');
    reader.rewind();
    assert.equal(reader.taken, 0);
    assert.equal(String(reader.line()), 'bb\n');
    assert.equal(String(reader.cut()), 'bb\n');
    assert.equal(String(reader.drain()), 'ccc\nrest');
  });

  it('cut() takes what octets() read even where it is as long as the line before', () => {
    const reader = createOctetReader();
    reader.push(Buffer.from('abc\nwxyz'));
    reader.line();
    reader.cut();
    reader.octets(4);
    assert.equal(String(reader.cut()), 'wxyz');
  });

  it('decodeLine() takes off CRLF or LF and nothing else', () => {
    assert.deepEqual(
      ['a\r\n', 'a\n', 'a\r', 'a\r\r\n', '\n', '\r\n', ''].map((line) => decodeLine(Buffer.from(line))),
      ['a', 'a', 'a\r', 'a\r', '', '', ''],
    );
    assert.deepEqual(
      ['\r\n', '\n', 'a\n', ''].map((line) => endsWithCrlf(Buffer.from(line))),
      [true, false, false, false],
    );
  });

  it('limits carry their name and a cut copy of the octets into the error', () => {
    const reader = createOctetReader();
    reader.push(Buffer.alloc(limits.longestLine + 1, 'x'));
    assert.throws(
      () => reader.line(),
      (error) => {
        assert.ok(error instanceof ProtocolError);
        assert.equal(error.message, 'a line is longer than 65536 octets');
        assert.equal(error.evidence.length, limits.evidence);
        return true;
      },
    );
  });
});
