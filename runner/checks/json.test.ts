import assert from 'node:assert/strict';
import { evaluateJsonPath, parseJson } from './json.ts';

describe('evaluateJsonPath()', () => {
  const document = { a: { b: [{ c: 1 }, { c: null }] }, 'x.y': 'dotted', list: [] };

  const found: readonly (readonly [string, unknown])[] = [
    ['a.b[0].c', 1],
    ['$.a.b[0].c', 1],
    ['a.b.0.c', 1],
    ['a.b[1].c', null],
    ['a.b[*].c', [1, null]],
    ['a["b"][0]', { c: 1 }],
    ["['x.y']", 'dotted'],
    ['x.y', 'dotted'],
    ['a.b[2]', undefined],
    ['a.z', undefined],
    ['toString', undefined],
    ['a.__proto__', undefined],
    ['list', []],
    ['$', document],
  ];
  for (const [path, value] of found) {
    it(`finds ${path}`, () => assert.deepEqual(evaluateJsonPath(document, path), value));
  }

  it('refuses what is no path', () => {
    assert.throws(() => evaluateJsonPath({}, 'a[b'), /Cannot follow the path/);
  });
});

describe('parseJson()', () => {
  it('says where it is not JSON', () => {
    assert.throws(() => parseJson('<html>'), { code: 'check.mismatch', message: /the body is not JSON: / });
  });

  it('reads what is nested half a million deep', () => {
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
    assert.ok(Array.isArray(evaluateJsonPath(parseJson(deep), '$')));
    assert.ok(Array.isArray(evaluateJsonPath(parseJson(`{"a":${deep}}`), 'a[0][0]')));
  });
});
