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
    ['4c1 mta delivery result=PermFail stat=550 no', 'bounced', '550 no'],
    ['4c1 mda delivery result=Ok stat=Delivered', 'delivered', undefined],
  ] as const)
    it(`knows what "${text.slice(-50)}" says of a message`, () =>
      assert.deepEqual([trail(text)?.kind, trail(text)?.why], [kind, why]));

  it('says whom a message was for, where another account got it', () => {
    const to = (rcpt: string, user: string) => {
      const found = trail(
        `4c1 mda delivery evpid=1 to=<x@c> rcpt=<${rcpt}> user=${user} delay=0s result=Ok stat=Delivered`,
      );
      return [found?.to, found?.asked];
    };
    assert.deepEqual(to('bob@c', 'alice'), ['alice', 'bob@c']);
    assert.deepEqual(to('Bob@c', 'bob'), ['Bob@c', undefined]);
    assert.deepEqual(to('bob+tag@c', 'bob'), ['bob+tag@c', undefined]);
    const exim = (rest: string) => {
      const found = trail(`mx exim[29]: 1xX6s9-00000K-1J ${rest} R=mailboxes T=maildir`);
      return [found?.kind, found?.to, found?.asked];
    };
    assert.deepEqual(exim('=> alice <bob@c>'), ['delivered', 'alice', 'bob@c']);
    assert.deepEqual(exim('-> alice (postmaster@c) <abuse@c>'), ['delivered', 'alice', 'abuse@c']);
    assert.deepEqual(exim('=> Bob <bob+tag@c>'), ['delivered', 'bob+tag@c', undefined]);
    assert.deepEqual(exim('=> /dev/null <bob@c>'), ['delivered', 'bob@c', undefined]);
    const postfix = trail('4C1: to=<alice@c>, orig_to=<bob@c>, relay=none, status=sent (250 Saved)');
    assert.deepEqual([postfix?.to, postfix?.asked], ['alice@c', 'bob@c']);
  });

  it('is done at once with a line that has as much of a pattern as fits', () => {
    for (const part of ['T=', 'defer (', ' == ', ' ** ', 'T=a:']) {
      const line = `1a-b ** a ${part.repeat(16_000)}`;
      assert.equal(trail(line)?.kind, 'bounced', part);
      assert.equal(trail(line)?.why, undefined, part);
    }
  });
});
