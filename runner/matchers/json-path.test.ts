import assert from 'node:assert/strict';
import { every, type JsonPath, parseJsonPath } from './json-path.ts';

describe('parseJsonPath()', () => {
  const paths: readonly (readonly [string, JsonPath])[] = [
    ['$', []],
    ['a', ['a']],
    ['$.a.b', ['a', 'b']],
    ['a[0].b', ['a', 0, 'b']],
    ['a[*].b', ['a', every, 'b']],
    ['a.*', ['a', every]],
    ['a["b.c"]', ['a', 'b.c']],
    ["a['b c']", ['a', 'b c']],
    ['["a\\"b"]', ['a"b']],
    ['urn:ietf:params:jmap:mail', ['urn:ietf:params:jmap:mail']],
  ];
  for (const [text, path] of paths) {
    it(`reads ${text}`, () => assert.deepEqual(parseJsonPath(text), path));
  }

  for (const text of ['a[', 'a[b', 'a[b]', 'a..b', 'a]', '["a', 'a b']) {
    it(`refuses ${text}`, () => assert.equal(parseJsonPath(text), undefined));
  }
});
