import assert from 'node:assert/strict';
import { announcedLimit, announcedWait, type Defense, defenseIn } from './defenses.ts';

describe('defenseIn()', () => {
  const replies: readonly (readonly [status: string, text: string, deferrable: boolean, Defense | undefined])[] = [
    ['421', '4.7.0 mx.example Error: too many connections from 192.0.2.1', false, 'limit'],
    ['421', '4.3.2 Connection rate limit exceeded.', false, 'limit'],
    ['421', '4.3.2 Too many open connections.', false, 'limit'],
    ['421', 'Too many concurrent SMTP connections from this IP address; please try again later', false, 'limit'],
    ['421', '4.3.2 The maximum number of concurrent connections has exceeded a limit, closing', false, 'limit'],
    [
      'NO',
      '[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)',
      false,
      'limit',
    ],
    ['BYE', 'Too many connections from this address', false, 'limit'],
    ['-ERR', '[IN-USE] Maximum number of connections from user+IP exceeded', false, 'limit'],
    [
      '450',
      '4.2.0 <c@d>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/',
      true,
      'greylisting',
    ],
    ['451', '4.7.1 Greylisting in action, please come back in 00:05:00', true, 'greylisting'],
    ['451', 'Temporary failure, please try again later.', true, 'greylisting'],
    ['451', '4.7.1 Try again later', true, 'greylisting'],
    ['451', '4.7.1 Try again later', false, undefined],
    ['450', '4.7.1 Error: too much mail from 127.0.0.1', false, 'limit'],
    ['450', '4.7.1 Error: too many AUTH commands from 127.0.0.1', false, 'limit'],
    ['450', '4.7.1 Error: too many recipients from 127.0.0.1', true, 'limit'],
    ['450', '4.3.2 Service currently unavailable', true, 'greylisting'],
    ['450', '4.3.2 Service currently unavailable', false, undefined],
    ['451', '4.3.0 Service currently unavailable: queue file write error', true, undefined],
    ['451', '4.3.0 Error: queue file write error', true, undefined],
    ['451', 'Temporary local problem - please try later', true, undefined],
    ['451', '4.7.1 Service unavailable - try again later', true, undefined],
    ['451', '4.3.0 Temporary lookup failure, try again later', true, undefined],
    ['451', 'Temporary failure at the local mailbox, try again later', true, 'greylisting'],
    ['452', '4.3.1 Insufficient system storage, try again later', true, undefined],
    ['450', '4.1.8 <a@b>: Sender address rejected: Domain not found', true, undefined],
    ['550', '5.7.1 Greylisted', true, undefined],
    ['450', '4.7.1 <client.example>: Helo command rejected: Host not found', true, 'helo'],
    ['550', '5.7.1 <client.example>: Helo command rejected: Host not found', false, 'helo'],
    ['450', '4.7.1 <laptop>: Helo command rejected: Host not found', true, undefined],
    ['504', '5.5.2 <laptop>: Helo command rejected: need fully-qualified hostname', true, undefined],
    ['-ERR', '[LOGIN-DELAY] Logins must be at least 1 minute apart', false, 'login delay'],
    ['-ERR', '[SYS/TEMP] Logins are not possible now', false, undefined],
    ['250', 'too many connections', false, undefined],
    ['421', '4.7.0 mx.example Error: too many errors', false, undefined],
    // RFC 5530: a limit of the server itself, such as a message's size.
    ['NO', '[LIMIT] Mail size is larger than 3M', false, undefined],
    ['NO', '[AUTHENTICATIONFAILED] Authentication failed.', false, undefined],
  ];
  for (const [status, text, deferrable, expected] of replies) {
    it(`takes ${status} ${text} for ${expected ?? 'none'}${deferrable ? ' after RCPT' : ''}`, () => {
      assert.equal(defenseIn({ kind: 'reply', status, text, more: 0 }, deferrable), expected);
    });
  }
});

describe('announcedWait()', () => {
  for (const [said, expected] of [
    ['come back in 00:04:59', 299_000],
    ['Greylisted for 5 minutes', 300_000],
    ['try again in 30 seconds', 30_000],
    ['Greylisted for 60 sec', 60_000],
    ['[LOGIN-DELAY] Logins must be at least 1 minute apart', 60_000],
    ['try again later', undefined],
    ['450 4.2.0 Greylisted', undefined],
  ] as const) {
    it(`reads "${said}"`, () => {
      assert.equal(announcedWait(said), expected);
    });
  }
});

describe('announcedLimit()', () => {
  for (const [said, expected] of [
    ['[LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)', 10],
    ['[IN-USE] Maximum number of connections from user+IP exceeded', undefined],
    ['4.7.0 mx.example Error: too many connections from 192.0.2.1', undefined],
    ['Too many open connections (3 of 3 from localhost [127.0.0.1])', 3],
    ['Too many open connections (2 of 10 from localhost [127.0.0.1], 2 of 2 for alice)', 2],
    ['Too many open connections.', undefined],
  ] as const) {
    it(`reads "${said}"`, () => {
      assert.equal(announcedLimit(said), expected);
    });
  }
});
