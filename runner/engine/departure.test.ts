import assert from 'node:assert/strict';
import fc from 'fast-check';
import { departureOf } from './departure.ts';

const long = Array.from({ length: 120 }, (_, number) => `word ${number}`).join(' ');

describe('departureOf()', () => {
  it('finds where a line was broken', () => {
    const broken = `Subject: x\r\n\r\n${long.slice(0, 400)}\r\n ${long.slice(400)}\r\n`;
    assert.deepEqual(departureOf('contains', long, broken), {
      after: 400,
      expected: long.slice(400, 430),
      actual: `\r\n ${long.slice(400, 427)}`,
    });
  });

  it('finds where a text ends too early', () => {
    assert.deepEqual(departureOf('equals', long, long.slice(0, 300)), {
      after: 300,
      expected: long.slice(300, 330),
      actual: '',
    });
  });

  it('finds where a text goes on', () => {
    assert.deepEqual(departureOf('equals', long, `${long} and more`), {
      after: long.length,
      expected: '',
      actual: ' and more',
    });
  });

  it('says nothing of short texts, and of another text', () => {
    assert.equal(departureOf('equals', 'a'.repeat(80), 'a'.repeat(79)), undefined);
    assert.equal(departureOf('contains', long, 'something else altogether'), undefined);
    assert.equal(departureOf('starts_with', long, `x${long}`), undefined);
  });

  it('names the place of any change', () => {
    const text = fc.string({ minLength: 100, maxLength: 300 });
    fc.assert(
      fc.property(
        text,
        fc.nat(250),
        fc.constantFrom('equals', 'starts_with', 'contains'),
        (expected, seed, operator) => {
          const at = 20 + (seed % (expected.length - 20));
          const other = expected[at] === 'x' ? 'y' : 'x';
          const found = departureOf(operator, expected, expected.slice(0, at) + other + expected.slice(at + 1));
          if (operator !== 'contains') assert.equal(found?.after, at);
          else assert.ok((found?.after ?? 0) >= at);
        },
      ),
    );
  });
});
