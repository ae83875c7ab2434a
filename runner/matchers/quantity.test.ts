import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Value, words } from '../value.ts';
import { compareQuantities, parseDuration, parseSize, quantityKind } from './quantity.ts';

describe('matchers/quantity', () => {
  describe('parseSize()', () => {
    const cases: readonly (readonly [text: string, octets: number | undefined])[] = [
      ['0', 0],
      ['10485760', 10_485_760],
      ['100B', 100],
      ['10MiB', 10_485_760],
      ['10MB', 10_000_000],
      ['512KiB', 524_288],
      ['1KB', 1000],
      ['1GiB', 1_073_741_824],
      ['1GB', 1_000_000_000],
      ['1.5MiB', 1_572_864],
      ['1.1KiB', undefined],
      ['10M', undefined],
      ['10k', undefined],
      ['10kB', undefined],
      ['10 MiB', undefined],
      ['-1', undefined],
      ['9999999999GiB', undefined],
      ['MiB', undefined],
      ['', undefined],
    ];
    for (const [text, octets] of cases) {
      it(`reads ${JSON.stringify(text)} as ${octets ?? 'no size'}`, () => assert.equal(parseSize(text), octets));
    }
  });

  describe('parseDuration()', () => {
    const cases: readonly (readonly [text: string, ms: number | undefined])[] = [
      ['500ms', 500],
      ['2s', 2000],
      ['0.5s', 500],
      ['0.0005s', 0.5],
      ['1m', 60_000],
      ['1m30s', 90_000],
      ['1h', 3_600_000],
      ['1d', 86_400_000],
      ['1d2h3m4s5ms', 93_784_005],
      ['0s', 0],
      ['30', undefined],
      ['30s1m', undefined],
      ['1s1s', undefined],
      ['s', undefined],
      ['-1s', undefined],
      ['1 s', undefined],
      ['1w', undefined],
      ['', undefined],
    ];
    for (const [text, ms] of cases) {
      it(`reads ${JSON.stringify(text)} as ${ms ?? 'no duration'}`, () => assert.equal(parseDuration(text), ms));
    }
  });

  describe('quantityKind()', () => {
    const cases: readonly (readonly [expected: string | number, kind: string | undefined])[] = [
      [7, 'number'],
      ['007', 'number'],
      ['-1.5', 'number'],
      ['10MiB', 'size'],
      ['10m', 'duration'],
      ['2027-03-01', 'date'],
      ['INBOX', undefined],
      ['1e3', undefined],
      ['', undefined],
      [Number.NaN, undefined],
    ];
    for (const [expected, kind] of cases) {
      it(`takes ${JSON.stringify(expected)} for ${kind ?? 'a text'}`, () => assert.equal(quantityKind(expected), kind));
    }
  });

  describe('compareQuantities()', () => {
    const cases: readonly (readonly [actual: Value, expected: string | number, sign: number | undefined])[] = [
      [7, 7, 0],
      ['7', 7, 0],
      [7, '007', 0],
      ['7.0', 7, 0],
      ['-1', 0, -1],
      ['18446744073709551615', '18446744073709551614', 1],
      ['9223372036854775807', '9223372036854775808', -1],
      [10_485_760, '10MiB', 0],
      ['10485760', '10MiB', 0],
      ['12MiB', '10MiB', 1],
      ['10MB', '10MiB', -1],
      [1500, '2s', -1],
      ['90s', '1m30s', 0],
      ['1500', '2s', undefined],
      [Date.UTC(2027, 2, 1, 12), '2027-03-01', 0],
      ['2027-03-01T23:59:59Z', '2027-03-01', 0],
      ['2027-03-02', '2027-03-01', 1],
      ['Tue, 1 Jul 2003 10:52:37 +0200', '2003-07-01T09:00:00Z', -1],
      [words(['20480000']), '10MiB', 1],
      [words(['1', '2']), 1, undefined],
      [['5'], 5, 0],
      [[5, 6], 5, undefined],
      ['abc', 5, undefined],
      ['5', 'abc', undefined],
      [null, 5, undefined],
      [true, 1, undefined],
      [{}, 5, undefined],
    ];
    for (const [actual, expected, sign] of cases) {
      it(`finds ${show(actual)} against ${show(expected)} ${sign ?? 'not comparable'}`, () => {
        assert.equal(compareQuantities(actual, expected), sign);
      });
    }

    it('is exact for whole numbers of any length, and turns round with its sides', () => {
      fc.assert(
        fc.property(
          fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
          fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
          (a, b) => {
            const sign = a < b ? -1 : a > b ? 1 : 0;
            assert.equal(compareQuantities(String(a), String(b)), sign);
            assert.equal(compareQuantities(String(b), String(a)), 0 - sign);
          },
        ),
      );
    });

    it('compares a very long number with nothing', () => {
      assert.equal(compareQuantities('9'.repeat(1_000_000), 5), undefined);
    });
  });
});

function show(value: Value): string {
  return JSON.stringify(value);
}
