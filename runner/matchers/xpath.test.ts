import assert from 'node:assert/strict';
import { parseXPath } from './xpath.ts';

describe('parseXPath()', () => {
  for (const text of ['//a[@b="c"]', 'count(//a)', '/p:a/p:b | //c', 'string(//a)', '1']) {
    it(`takes ${text}`, () => assert.ok(parseXPath(text)));
  }

  for (const text of ['', '//a[', '//a]', 'a b', '@', '"a', 'count(']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseXPath(text), undefined));
  }
});
