import assert from 'node:assert/strict';
import { isNumberSet, numbersOfSet } from './number-set.ts';

describe('numbersOfSet()', () => {
  it('gives the numbers of a set in its order, a range from its smaller end', () => {
    assert.deepEqual(numbersOfSet('4,7:9,6:5', 100), ['4', '7', '8', '9', '5', '6']);
    assert.deepEqual(numbersOfSet('18446744073709551', 1), ['18446744073709551']);
  });

  it('gives none where there would be more than are wanted', () => {
    assert.deepEqual(numbersOfSet('1:3', 3), ['1', '2', '3']);
    assert.equal(numbersOfSet('1:3', 2), undefined);
    assert.equal(numbersOfSet('1,2,3', 2), undefined);
    assert.equal(numbersOfSet('1:9999999999999999999', 1_000_000), undefined);
  });
});

describe('isNumberSet()', () => {
  it('holds for sets without "*"', () => {
    for (const text of ['1', '1:2', '1,2:3,4']) assert.ok(isNumberSet(text), text);
    for (const text of ['', '*', '1:*', '1:2:3', '1,', ',1', '1 2', '-1', 'a']) assert.ok(!isNumberSet(text), text);
  });
});
