import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { anyText } from '../../fixtures/testing/any-text.ts';
import { runsOf, sizeOf } from '../../fixtures/testing/long.ts';
import { createRedactor } from './redact.ts';

const password = { name: 'password', forms: ['s3cret?ö'] };
const { redact } = createRedactor([password]);

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('createRedactor()', () => {
  it('redact() returns the text itself when there are no secrets, or none in it', () => {
    const text = 'AUTH PLAIN AGEAYg==';
    assert.equal(createRedactor([]).redact(text), text);
    assert.equal(redact(text), text);
    assert.equal(createRedactor([{ name: 'empty', forms: [''] }]).redact(text), text);
  });

  const forms: readonly (readonly [string, string, string | RegExp])[] = [
    ['plain', 'LOGIN a "s3cret?ö"', 'LOGIN a "«password»"'],
    ['octets read as Latin-1', Buffer.from('x s3cret?ö y').toString('latin1'), 'x «password» y'],
    ['base64', `x ${base64('s3cret?ö')} y`, 'x «password» y'],
    ['base64 of its Latin-1 octets', Buffer.from('s3cret?ö', 'latin1').toString('base64'), '«password»'],
    ['a digest', createHash('md5').update('s3cret?ö').digest('hex').toUpperCase(), '«password»'],
    ['another digest', createHash('sha256').update('s3cret?ö').digest('hex'), '«password»'],
    ['urlencode', `?p=${encodeURIComponent('s3cret?ö')}&`, '?p=«password»&'],
    ['urlencode in lower case', '?p=s3cret%3f%c3%b6&', '?p=«password»&'],
    ['xtext', 'ENVID=s3cret?+C3+B6', 'ENVID=«password»'],
    ['hex', Buffer.from('s3cret?ö').toString('hex'), '«password»'],
    ['SHA-512', createHash('sha512').update('s3cret?ö').digest('hex'), '«password»'],
    ['a digest in base64', `{SHA512}${createHash('sha512').update('s3cret?ö').digest('base64')}`, '{SHA512}«password»'],
    ['UTF-16', Buffer.from('s3cret?ö', 'utf16le').toString('latin1'), '«password»'],
    ['UTF-16 in base64', Buffer.from('s3cret?ö', 'utf16le').toString('base64'), '«password»'],
    ['HTML', '<p>s3cret&#63;&#xF6;</p>', '<p>«password»</p>'],
    ['quoted-printable', 's3cr=\r\net?=C3=B6', '«password»'],
    ['a folded header', 'X: s3c\r\n ret?ö', 'X: «password»'],
    ['encoded words', '=?utf-8?Q?s3cret?= =?utf-8?Q?=3F=C3=B6?=', '«password»'],
    ['encoded words in base64', `=?utf-8?B?${base64('xx s3cr')}?=\r\n =?utf-8?B?${base64('et?ö')}?=`, '«password»'],
    ['a parameter in pieces', 'name*0="s3cr"; name*1="et?ö"', 'name*0="«password»"'],
    ['a percent-encoded text with entities', '&#37;73&#37;33cret%3F%C3%B6', '«password»'],
    ['JSON', JSON.stringify({ p: 's3cret?ö' }).replace('ö', '\\u00f6'), '{"p":"«password»"}'],
    [
      'base64 over lines',
      base64(`${'x'.repeat(55)}s3cret?ö`).replace(/(.{76})/, '$1\r\n'),
      /^[A-Za-z0-9+/]{73}«password»=*$/,
    ],
    ['twice', 's3cret?ös3cret?ö', '«password»«password»'],
  ];
  for (const [what, text, expected] of forms) {
    it(`redact() replaces a secret in ${what}`, () =>
      typeof expected === 'string' ? assert.equal(redact(text), expected) : assert.match(redact(text), expected));
  }

  it('redact() replaces a secret that was folded at its own space', () => {
    const hidden = createRedactor([{ name: 'password', forms: ['QAA AAAAAAA7'] }]);
    for (const fold of ['\r\n ', '\r\n  ', '\n\t ', ' \r\n '])
      assert.equal(hidden.redact(`X: QAA${fold}AAAAAAA7.`), 'X: «password».', JSON.stringify(fold));
  });

  it('redact() replaces a secret that looks as if it were encoded, of which only other characters are', () => {
    for (const [secret, written] of [
      ['QAA=AAAAAA7', 'QAA=\r\n=AAAAAA7'],
      ['a=41 b=\r\nc', 'a=41=20b=\r\nc'],
      ['a%41 ö', 'a%41%20ö'],
      ['a%41 ö', 'a%41+%C3%B6'],
      ['&amp;<&#65;', '&amp;&lt;&#65;'],
      ['\\n"\\u0041', '\\n\\"\\u0041'],
      ['\\n"\\u0041', '\\n&quot;\\u0041'],
      ['41 is=it', '41=20is=it'],
      ['a b=41', 'a=20b=41'],
      ['a b=41', '=61 b=41'],
    ] as const)
      for (const [before, after] of ['  ', '==', '&;', '%1'])
        assert.equal(
          createRedactor([{ name: 'p', forms: [secret] }]).redact(`${before}${written}${after}`),
          `${before}«p»${after}`,
          written,
        );
  });

  // Every position begins something that may represent nothing.
  it('redact() leaves a text of many soft line breaks as it is', () => {
    const hidden = createRedactor([{ name: 'p', forms: ['QAA=AAAAAA7'] }]);
    const text = `QAA${'=\n'.repeat(sizeOf(100_000))}`;
    assert.equal(hidden.redact(text), text);
    const slashes = createRedactor([{ name: 'p', forms: [`${'\\'.repeat(40)}x`] }]);
    const many = '\\'.repeat(10_000);
    assert.equal(slashes.redact(many), many);
  });

  it('redactLines() replaces a secret that lines were broken in, and keeps their number', () => {
    const { redactLines } = createRedactor([{ name: 'p', forms: ['QAA AAAAAA7', 'zz'] }]);
    assert.deepEqual(redactLines(['a QAA', '  AAAAAA7 b', 'c', 'zz']), ['a «p»', '«p» b', 'c', '«p»']);
    const lines = ['a', 'b'];
    assert.equal(redactLines(lines), lines);
  });

  it('redact() replaces a secret that is broken over the lines of one reply', () => {
    assert.equal(redact('250-x s3c\r\n250- ret?ö\r\n250 y'), '250-x «password»\r\n250 y');
    assert.equal(redact('250-x s3c=\r\n250-ret?=C3=B6\r\n250 y'), '250-x «password»\r\n250 y');
    const lines = base64(`${'x'.repeat(55)}s3cret?ö`).replace(/(.{76})/, '$1\r\n250-');
    assert.match(redact(`250-${lines}`), /^250-[A-Za-z0-9+/]{73}«password»=*$/);
  });

  it('redact() replaces a secret inside a SASL PLAIN response at each alignment', () => {
    for (const user of ['a', 'ab', 'abc']) {
      const shown = redact(`AUTH PLAIN ${base64(`\0${user}\0s3cret?ö`)}`);
      assert.match(shown, /^AUTH PLAIN [A-Za-z0-9+/]*«password»[A-Za-z0-9+/=]*$/);
    }
  });

  it('redact() leaves no bit of a secret inside base64, whatever is before and after it', () => {
    for (const user of ['a', 'ab', 'abc'])
      for (const after of ['', '\x01', '\x01\x01', '~~~'])
        for (const encoding of ['base64', 'base64url'] as const) {
          const before = `\0${user}\0`;
          const sent = Buffer.from(`${before}s3cret?ö${after}`).toString(encoding);
          const whole = Math.floor((before.length * 8) / 6);
          const rest = sent.slice(Math.ceil(((before.length + Buffer.byteLength('s3cret?ö')) * 8) / 6));
          assert.equal(redact(`AUTH PLAIN ${sent} x`), `AUTH PLAIN ${sent.slice(0, whole)}«password»${rest} x`);
        }
  });

  it('redact() replaces each line of a secret of several', () => {
    const key = createRedactor([
      { name: 'key', forms: ['-----BEGIN-----\nabcdefghijkl\nmnopqrstuvwx\n-----END-----\n'] },
    ]);
    assert.equal(key.redact('2: abcdefghijkl'), '2: «key»');
    assert.equal(key.redact('-----BEGIN-----\r\nabcdefghijkl\r\nmnopqrstuvwx'), '«key»\r\n«key»\r\n«key»');
  });

  it('redact() replaces what a shell would read as the secret', () => {
    const quoted = createRedactor([{ name: 'p', forms: ["it's 100%"] }]);
    assert.equal(quoted.redact("--var 'password=it'\\''s 100%'"), "--var 'password=«p»'");
  });

  it('redact() leaves what was replaced, also where a secret is a part of its own name', () => {
    const own = createRedactor([{ name: 'password', forms: ['word'] }]);
    assert.equal(own.redact(own.redact('a word')), 'a «password»');
  });

  // An algorithm that tries every position anew would take minutes and exceed the tests' time limit.
  it('redact() leaves a large text full of every encoding as it is, in time that grows with its length', () => {
    const nasty = `250-SIZE + \\ "x" =?utf-8?B?aGVsbG8=?= &amp; %20 abc=\r\n more\r\n`.repeat(sizeOf(4000));
    assert.equal(redact(nasty), nasty);
  });

  it('redact() prefers the longest form, whichever secret it belongs to', () => {
    const both = createRedactor([
      { name: 'short', forms: ['pass'] },
      { name: 'long', forms: ['password'] },
    ]);
    assert.equal(both.redact('password pass'), '«long» «short»');
  });

  it('redact() covers secrets that overlap', () => {
    const both = createRedactor([
      { name: 'one', forms: ['abcd'] },
      { name: 'two', forms: ['cdef'] },
    ]);
    assert.equal(both.redact('xabcdefx'), 'x«one»x');
  });

  it('add() makes a form that arose while running secret, and what is made from it', () => {
    const redactor = createRedactor([password]);
    assert.equal(redactor.redact('proof s3cret?ö'), 'proof «password»');
    redactor.add('scram', 'proof');
    redactor.add('octets', Buffer.from([0xff, 0xfe, 0x00, 0x41]));
    assert.equal(redactor.redact('proof s3cret?ö'), '«scram» «password»');
    assert.equal(redactor.redact(base64('proof')), '«scram»');
    assert.equal(redactor.redact('//4AQQ=='), '«octets»');
  });

  it('find() counts parts of a secret at torn ends', () => {
    const { find } = createRedactor([{ name: 'p', forms: ['abcdefgh'] }]);
    assert.deepEqual(find('xxabcd'), []);
    assert.deepEqual(find('xxabcd', { end: true }), [{ start: 2, end: 6, shown: '«p»' }]);
    assert.deepEqual(find('fghxx', { start: true }), [{ start: 0, end: 3, shown: '«p»' }]);
    assert.deepEqual(find('ghxx', { start: true }), [], 'too short to be told from any other text');
    assert.deepEqual(createRedactor([{ name: 'q', forms: ['xyz'] }]).find('yz ', { start: true }), [
      { start: 0, end: 2, shown: '«q»' },
    ]);
  });

  it('redact() lets no form survive, whatever surrounds it', () => {
    const text = anyText({ maxLength: 30 });
    const secret = anyText({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(secret, secret, text, text, (one, two, before, after) => {
        const redactor = createRedactor([
          { name: 'N', forms: [one] },
          { name: 'N', forms: [two] },
        ]);
        const octets = Buffer.from(one);
        const texts = [
          one + two,
          base64(one),
          octets.toString('latin1'),
          octets.toString('hex').toUpperCase(),
          createHash('sha1').update(octets).digest('hex'),
          encodeURIComponent(one),
          new URLSearchParams({ p: one }).toString().slice(2),
        ];
        for (const form of texts) {
          const shown = redactor.redact(before + form + after);
          for (const piece of shown.split('«N»')) {
            for (const each of [one, two, form]) assert.ok(!piece.includes(each), `${form} in ${piece}`);
          }
        }
      }),
      { numRuns: runsOf(200) },
    );
  });

  it('redact() lets no secret survive inside base64', () => {
    const text = anyText({ maxLength: 12 });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 20 }), text, text, (secret, before, after) => {
        const shown = createRedactor([{ name: 'N', forms: [secret] }]).redact(base64(before + secret + after));
        assert.ok(shown.includes('«N»'));
        // The result contains no part of the secret: the characters that it shares with its neighbors are removed as
        // well. The last character may contain four unused bits.
        const whole = Buffer.byteLength(before + secret + after);
        const left = shown.split(/«N»/).join('').replaceAll('=', '').length * 6;
        assert.ok(left <= (whole - Buffer.byteLength(secret)) * 8 + 4);
      }),
    );
  });
});
