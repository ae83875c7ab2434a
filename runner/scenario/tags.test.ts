import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseTags } from './tags.ts';

const holds = (text: string, ...tags: readonly string[]): boolean => {
  const expression = parseTags(text);
  assert.ok(typeof expression === 'function', text);
  return expression(new Set(tags));
};

describe('parseTags()', () => {
  it('parseTags() binds "not" before "and" before "or" when there are no parentheses', () => {
    assert.ok(holds('smtp and not slow', 'smtp'));
    assert.ok(!holds('smtp and not slow', 'smtp', 'slow'));
    assert.ok(holds('a or b and c', 'a'));
    assert.ok(!holds('(a or b) and c', 'a'));
    assert.ok(holds('not not a', 'a'));
    assert.ok(holds('not (a or b)', 'c'));
    assert.ok(holds('RFC5321 AND not x:y', 'RFC5321'));
  });

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /a tag is missing at its end/],
    ['a and', /a tag is missing at its end/],
    ['and a', /a tag is missing before "and"/],
    ['a b', /"and" or "or" is missing before "b"/],
    ['(a', /a "\)" is missing/],
    ['a)', /missing before "\)"/],
    ['('.repeat(100), /nested too deeply/],
  ];
  for (const [text, message] of bad) {
    it(`parseTags() says what is wrong when it reads ${JSON.stringify(text.slice(0, 20))}`, () => {
      const mistake = parseTags(text);
      assert.ok(typeof mistake !== 'function');
      assert.match(mistake.message, message);
    });
  }

  it('parseTags() gives an expression or a mistake when given any words', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('and', 'or', 'not', '(', ')', 'a', 'b')), (parts) =>
        ['function', 'object'].includes(typeof parseTags(parts.join(' '))),
      ),
    );
  });
});
