import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDate } from './date.ts';

describe('parseDate()', () => {
  const cases: readonly (readonly [text: string, iso: string | undefined])[] = [
    ['2027-03-01', '2027-03-01T00:00:00.000Z'],
    ['2027-03-01T12:30', '2027-03-01T12:30:00.000Z'],
    ['2027-03-01T12:30:15', '2027-03-01T12:30:15.000Z'],
    ['2027-03-01T12:30:15.25Z', '2027-03-01T12:30:15.250Z'],
    ['2027-03-01t12:30:15+02:00', '2027-03-01T10:30:15.000Z'],
    ['2027-03-01 12:30:15 -0530', '2027-03-01T18:00:15.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['Tue, 1 Jul 2003 10:52:37 +0200', '2003-07-01T08:52:37.000Z'],
    ['1 Jul 2003 10:52 GMT', '2003-07-01T10:52:00.000Z'],
    ['Tue, 01 Jul 2003 10:52:37 -0700 (PDT)', '2003-07-01T17:52:37.000Z'],
    ['01 Jul 03 10:52:37 EST', '2003-07-01T15:52:37.000Z'],
    ['01 Jul 99 10:52:37 Z', '1999-07-01T10:52:37.000Z'],
    ['01 Jul 103 10:52:37 Z', '2003-07-01T10:52:37.000Z'],
    [' 1-Jul-2003 10:52:37 +0200', '2003-07-01T08:52:37.000Z'],
    ['0099-01-01', '0099-01-01T00:00:00.000Z'],
    ['2027-02-29', undefined],
    ['2027-13-01', undefined],
    ['2027-00-01', undefined],
    ['2027-03-00', undefined],
    ['2027-03-01T24:00', undefined],
    ['2027-03-01T12:30+02:99', undefined],
    ['1 Jux 2003 10:52 GMT', undefined],
    ['1 Jul 2003 10:52 XYZ', undefined],
    ['1 Jul 2003 10:52', undefined],
    ['2027', undefined],
    ['tomorrow', undefined],
    ['', undefined],
  ];
  for (const [text, iso] of cases) {
    it(`reads ${JSON.stringify(text)} as ${iso ?? 'no date'}`, () => {
      const date = parseDate(text);
      assert.equal(date === undefined ? undefined : new Date(date).toISOString(), iso);
    });
  }

  it('reads back what toISOString and toUTCString write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          assert.equal(parseDate(date.toISOString()), date.getTime());
          assert.equal(parseDate(date.toUTCString()), Math.floor(date.getTime() / 1000) * 1000);
        },
      ),
    );
  });
});
