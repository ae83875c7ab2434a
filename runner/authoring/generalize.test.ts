import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Generalize, generalizing, preserving } from './generalize.ts';
import { sourceOf } from './pieces.ts';

const vocabulary = { names: new Map<string, string>(), secrets: new Map<string, string>() };

const hex = '0123456789ABCDEF';
const lowerHex = hex.toLowerCase();
const letters = 'abcdefghijklmnopqrstuvwxyz';
const base62 = `0123456789${letters}${letters.toUpperCase()}`;
const base64 = `${base62}+/`;
/** Postfix's long queue ids contain no vowels. */
const base52 = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';

function of(characters: string, least: number, most = least): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { minLength: least, maxLength: most }).map((each) => each.join(''));
}

/** Text with all of these, as any sufficiently long random text would have. */
function both(text: fc.Arbitrary<string>, ...needed: readonly RegExp[]): fc.Arbitrary<string> {
  return text.filter((each) => needed.every((need) => need.test(each)));
}

const number = (least: number, most: number) => fc.integer({ min: least, max: most });
const padded = (least: number, most: number) => number(least, most).map((each) => String(each).padStart(2, '0'));
const second = number(1_520_000_000, 1_990_000_000);
const hexTime = second.map((each) => each.toString(16).toUpperCase().padStart(16, '0'));
const joined = (...parts: readonly (string | fc.Arbitrary<string | number>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''));
const day = fc.constantFrom('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun');
const month = fc.constantFrom('Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec');
const year = number(2025, 2031);
const spaced = number(1, 31).map((each) => String(each).padStart(2));
const time = joined(padded(0, 23), ':', padded(0, 59), ':', padded(0, 59));
const hour12 = joined(number(1, 12), ':', padded(0, 59), fc.constantFrom(' AM', ' PM'));
const zone = fc.constantFrom('+0100', '+0200');
const mailDate = (ofMonth: fc.Arbitrary<string | number>) =>
  joined(day, ', ', ofMonth, ' ', month, ' ', year, ' ', time, ' ', zone);

/** What servers write at different times: each kind must become a single pattern. */
const kinds: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "Postfix's short queue id": joined('2.0.0 Ok: queued as ', of(hex, 8, 12)),
  'the same, of digits or of letters': joined(
    '2.0.0 Ok: queued as ',
    fc.constantFrom('1234567890', 'ABCDEFABCD', '4A5B6C7D8E'),
  ),
  'the same in Received:': joined('\tby mx (Postfix) with ESMTPS id ', of(hex, 8, 12)),
  "Postfix's long queue id": joined('2.0.0 Ok: queued as 4', of(base52, 10, 14)),
  'a message id of that': joined('Message-ID: <4', of(base52, 10, 14), '@mx.example.test>'),
  "Exim's id": joined('OK id=1', of(base62, 5), '-', of(base62, 11), '-', of(base62, 4)),
  "Exim's id by itself": joined('<= 1', of(base62, 5), '-', of(base62, 11), '-', of(base62, 4)),
  "OpenSMTPD's id": joined('2.0.0 ', of(lowerHex, 8), ' Message accepted for delivery'),
  "OpenSMTPD's id in Received:": joined('by mx (OpenSMTPD) with ESMTP id ', of(lowerHex, 8), ' for'),
  "Sendmail's id": joined(
    '2.0.0 5',
    of(base62, 7),
    padded(10, 99),
    padded(10, 99),
    padded(10, 99),
    ' Message accepted for delivery',
  ),
  "Courier's id": joined('Ok. ', of(hex, 16), '.', hexTime, '.', of(hex, 8)),
  "Courier's id in Received:": joined('with ESMTP; id ', of(hex, 16), '.', hexTime, '.', of(hex, 8)),
  "Cyrus' session": joined(
    'Ok SESSIONID=<cyrus-',
    number(2, 4_194_304),
    '-',
    second,
    '-',
    number(1, 99),
    '-',
    of('0123456789', 15, 20),
    '>',
  ),
  "Cyrus' mailbox id": joined('MAILBOXID (', both(of(`${letters}0123456789`, 24), /[0-9]/, /[a-z]/), ')'),
  "Dovecot's delivery": joined('2.0.0 ', both(of(base64, 22), /[a-z]/, /[A-Z]/, /^[^+/]/), ' Saved'),
  "Dovecot's session": joined('session=<', of(base64, 16), '>'),
  'a session in base64 by itself': joined('closed: ', both(of(base64, 16), /[a-z]/, /[A-Z]/)),
  'an APOP timestamp': joined('ready <', number(100, 99_999), '.', second, '@mx.example.test>'),
  'an id in both cases': joined('accepted as ', both(of(base62, 12), /[a-z]/, /[A-Z]/, /[0-9]/)),
  'a UUID': joined(
    'request ',
    of(lowerHex, 8),
    '-',
    of(lowerHex, 4),
    '-',
    of(lowerHex, 4),
    '-',
    of(lowerHex, 4),
    '-',
    of(lowerHex, 12),
  ),
  'a hash': joined('hash ', both(of(lowerHex, 32, 40), /[0-9]/, /[a-f]/)),
  'a process id': joined('smtpd[', number(2, 4_194_304), '] pid=', number(2, 4_194_304)),
  'an address rewritten by SRS': joined(
    '<SRS0=',
    of(base64, 4),
    '=',
    of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 2),
    '=somewhere.example=someone@mx.example.test>',
  ),
  'an address and a port': joined('from [127.0.0.1]:', number(1024, 65_535)),
  'a date of RFC 5322': mailDate(number(1, 31)),
  'the same with a space': joined(mailDate(spaced), fc.constantFrom(' (CET)', ' (CEST)')),
  'a date without a weekday': joined('on ', spaced, ' ', month, ' ', year),
  'a date of IMAP': joined('INTERNALDATE "', spaced, '-', month, '-', year, ' ', time, ' ', zone, '"'),
  'a date of ISO 8601': joined('at ', year, '-', padded(1, 12), '-', padded(1, 31), 'T', time, 'Z'),
  'a date of syslog': joined(month, ' ', spaced, ' ', time),
  'a date of asctime': joined(day, ' ', month, ' ', spaced, ' ', time, ' ', year),
  'the same without padding': joined(
    day,
    ' ',
    month,
    ' ',
    number(1, 31),
    ' ',
    time,
    fc.constantFrom(' CET ', ' CEST '),
    year,
  ),
  'a date with slashes': joined('at ', year, '/', padded(1, 12), '/', padded(1, 31), ' ', time),
  'an American date': joined('at ', number(1, 12), '/', number(1, 31), '/', year, ' ', hour12),
  'a German date': joined('am ', number(1, 31), '.', number(1, 12), '.', year),
  'a date in words': joined(month, ' ', number(1, 31), ', ', year, ' ', hour12),
  'a time': joined('since ', time, fc.constantFrom(' CET', ' CEST')),
  'a time of twelve hours': joined('since ', hour12),
  "Courier's UIDVALIDITY": joined('[COPYUID ', number(795_000_000, 1_200_000_000), ' 1 2]'),
  'seconds since 1970': joined('UIDVALIDITY ', second),
  'a date of digits': joined(
    'stamp 20',
    padded(25, 31),
    padded(1, 12),
    padded(1, 28),
    padded(0, 23),
    padded(0, 59),
    padded(0, 59),
  ),
  'a duration': joined('done (0.00', number(1, 9), ' + 0.', padded(0, 99), ' secs).'),
};

const ways: Readonly<Record<string, Generalize>> = {
  'preserving()': preserving(vocabulary),
  'generalizing()': generalizing(vocabulary),
};

for (const [way, generalize] of Object.entries(ways)) {
  describe(way, () => {
    for (const [kind, written] of Object.entries(kinds)) {
      it(`makes one pattern of ${kind}`, () => {
        fc.assert(
          fc.property(written, written, (one, other) => {
            const source = sourceOf(generalize(one));
            assert.equal(sourceOf(generalize(other)), source, `of ${one} and ${other}`);
            assert.match(other, new RegExp(`^${source}$`));
          }),
        );
      });
    }
  });
}

describe('preserving()', () => {
  it('keeps what lasts until somebody changes the server', () => {
    const lasting = [
      'mx.example.test ESMTP Postfix 3.7.11',
      '5.7.1 relaying denied after 3 tries for other.example',
      'SIZE 104857600 STORAGE 1073741824 LIMIT 4294967295',
      'TLS_AES_256_GCM_SHA384 IMAP4rev1 UTF8=ACCEPT',
      'Authentication-Results: mx; spf=pass',
    ];
    for (const each of lasting)
      assert.equal(
        preserving(vocabulary)(each)
          .map((piece) => (piece.kind === 'literal' ? piece.text : '?'))
          .join(''),
        each,
      );
  });
});
