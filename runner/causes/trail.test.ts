import assert from 'node:assert/strict';
import { trailOf } from './trail.ts';

const trail = (text: string) => trailOf([{ file: 'maillog', text, whose: 'own' }]);

describe('trailOf()', () => {
  for (const [text, kind, why] of [
    [
      'mx postfix/smtp[1]: 4C1: to=<bob@a>, status=deferred (connect to a[192.0.2.1]:25: Connection refused)',
      'deferred',
      'connect to a[192.0.2.1]:25: Connection refused',
    ],
    ['2026-11-27 12:00:00 1a-b == bob@a R=r T=smtp defer (111): Connection refused', 'deferred', 'Connection refused'],
    [
      'mx exim[2]: 1a-b == bob@a R=r T=smtp H=a [192.0.2.1]:25 defer (-44): SMTP error after RCPT TO:<bob@a>: 451 later',
      'deferred',
      'SMTP error after RCPT TO:<bob@a>: 451 later',
    ],
    ['1a-b ** bob@a R=r T=smtp: SMTP error: 550 no', 'bounced', 'SMTP error: 550 no'],
    ['1a-b ** bob@a R=r: Unrouteable address', 'bounced', undefined],
    ['mx sm-mta[3]: 4C1: to=<bob@a>, stat=Deferred: Connection refused by a.', 'deferred', 'Connection refused by a.'],
    ['4c1 mta delivery result="TempFail" stat="451 later"', 'deferred', '451 later'],
  ] as const)
    it(`knows what "${text.slice(-50)}" says of a message`, () =>
      assert.deepEqual([trail(text)?.kind, trail(text)?.why], [kind, why]));

  it('is done at once with a line that has as much of a pattern as fits', () => {
    for (const part of ['T=', 'defer (', ' == ', ' ** ', 'T=a:']) {
      const line = `1a-b ** a ${part.repeat(16_000)}`;
      assert.equal(trail(line)?.kind, 'bounced', part);
      assert.equal(trail(line)?.why, undefined, part);
    }
  });
});
