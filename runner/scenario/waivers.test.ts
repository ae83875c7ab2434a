import assert from 'node:assert/strict';
import fc from 'fast-check';
import { meetsGlob } from '../glob.ts';

describe('meetsGlob()', () => {
  it('meetsGlob() lets a star stand for anything when there is one', () => {
    assert.ok(meetsGlob('security/smuggling#lf-dot-lf', 'security/smuggling#*'));
    assert.ok(meetsGlob('a/b#c', '*#c'));
    assert.ok(meetsGlob('a/b#c', 'a*b*c'));
    assert.ok(meetsGlob('a#b', '*'));
    assert.ok(!meetsGlob('a#b', 'a'));
    assert.ok(!meetsGlob('aba', 'aba*ba'));
    assert.ok(!meetsGlob('a#b', 'a#?'));
  });

  it('meetsGlob() agrees with a regular expression when given any glob', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '#'), maxLength: 8 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '#', '*'), maxLength: 6 });
    fc.assert(
      fc.property(
        text,
        glob,
        (id, pattern) => meetsGlob(id, pattern) === new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(id),
      ),
    );
  });
});
