import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../package-root.ts';
import type { FindingName } from './findings.ts';
import { limits } from './limits.ts';
import { ProtocolError, type SmtpReply } from './reply.ts';
import { createSmtpParser, parseExtensions } from './smtp.ts';
import { hasUnread } from './unread.test.helper.ts';

const folder = join(packageRoot(), 'fixtures/wire/smtp');
const transcripts = readdirSync(folder).filter((name) => name.endsWith('.txt'));

/** The server's lines of a transcript, as they were sent. */
function serverLines(name: string): string[] {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('S: ')).map((line) => line.slice(3));
}

function wire(name: string): Buffer {
  return Buffer.from(
    serverLines(name)
      .map((line) => `${line}\r\n`)
      .join(''),
  );
}

interface Outcome {
  readonly replies: readonly SmtpReply[];
  readonly error?: { readonly kind: string; readonly rule: string; readonly message: string };
  readonly pending: number;
}

/** Everything that these chunks produce; `peek` reads `unread` before each reply. */
function parse(chunks: readonly Buffer[], peek = false): Outcome {
  const parser = createSmtpParser();
  const replies: SmtpReply[] = [];
  try {
    for (const chunk of chunks) {
      parser.push(chunk);
      for (;;) {
        const unread = peek ? hasUnread(parser) : undefined;
        const reply = parser.take();
        if (unread !== undefined) assert.equal(unread, reply !== undefined);
        if (reply === undefined) break;
        assert.equal(reply.protocol, 'smtp');
        replies.push(reply as SmtpReply);
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    assert.equal(hasUnread(parser), true);
    return { replies, error: { kind: error.kind, rule: error.rule, message: error.message }, pending: -1 };
  }
  return { replies, pending: parser.pending };
}

function parseText(text: string): Outcome {
  return parse([Buffer.from(text, 'latin1')]);
}

function only(text: string): SmtpReply {
  const { replies, error } = parseText(text);
  assert.equal(error, undefined);
  assert.equal(replies.length, 1);
  return replies[0] ?? assert.fail();
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.filter((at) => at < bytes.length), bytes.length])].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe('smtp', () => {
  for (const name of transcripts) {
    it(`createSmtpParser() reads ${name} the same for every split`, () => {
      const bytes = wire(name);
      const whole = parse([bytes]);
      assert.equal(whole.error, undefined);
      assert.equal(whole.pending, 0);
      // A reply ends at each line whose code is followed by a space, so the lines by themselves give the number of
      // replies.
      assert.equal(whole.replies.length, serverLines(name).filter((line) => line[3] !== '-').length);
      assert.deepEqual(Buffer.concat(whole.replies.map((reply) => reply.raw)), bytes);
      assert.equal(whole.replies.flatMap((reply) => reply.lines).length, serverLines(name).length);
      for (let at = 1; at < bytes.length; at++) {
        assert.deepEqual(parse([bytes.subarray(0, at), bytes.subarray(at)]), whole);
      }
      assert.deepEqual(
        parse(
          cutAt(
            bytes,
            Array.from(bytes, (_, at) => at),
          ),
          true,
        ),
        whole,
      );
    });
  }

  it('createSmtpParser() reads the codes and enhanced codes of Postfix', () => {
    const { replies } = parse([wire('postfix.txt')]);
    assert.deepEqual(
      replies.map(({ code, enhanced }) => (enhanced === undefined ? `${code}` : `${code} ${enhanced}`)),
      [
        '220',
        '250',
        '503 5.5.1',
        '454 4.7.1',
        '503 5.5.1',
        '502 5.5.1',
        '500 5.5.2',
        '552 5.3.4',
        '250 2.0.0',
        '250 2.1.0',
        '503 5.5.1',
        '550 5.1.1',
        '454 4.7.1',
        '250 2.1.5',
        '354',
        '250 2.0.0',
        '250 2.0.0',
        '221 2.0.0',
      ],
    );
  });

  it('createSmtpParser() waits within a greeting of two lines and does not call it unread', () => {
    const parser = createSmtpParser();
    parser.push(Buffer.from('220-mx.example.test ESMTP, please wait\r\n'));
    assert.equal(hasUnread(parser), false);
    assert.equal(parser.take(), undefined);
    assert.ok(parser.pending > 0);
    parser.push(Buffer.from('220 mx.example.test ESMTP Postfix\r\n'));
    assert.equal(hasUnread(parser), true);
    assert.equal(parser.take()?.text, 'mx.example.test ESMTP, please wait\nmx.example.test ESMTP Postfix');
    assert.equal(hasUnread(parser), false);
    assert.equal(parser.pending, 0);
  });

  it('createSmtpParser() gives LMTP one reply for each recipient', () => {
    const { replies } = parse([wire('dovecot-lmtp.txt')]);
    assert.deepEqual(
      replies.slice(-3).map(({ code, enhanced }) => [code, enhanced]),
      [
        [250, '2.0.0'],
        [552, '5.2.2'],
        [221, '2.0.0'],
      ],
    );
  });

  it('createSmtpParser() takes a code alone and a code with a space as replies without text', () => {
    for (const text of ['250\r\n', '334 \r\n', '250-\r\n250\r\n']) assert.equal(only(text).text.trim(), '');
    assert.deepEqual(only('250-\r\n250\r\n').lines, ['', '']);
  });

  it('createSmtpParser() takes the enhanced code from the first line that has one', () => {
    assert.equal(only('550-No such user\r\n550 5.1.1 here\r\n').enhanced, '5.1.1');
    assert.equal(only('550 5.1.1\r\n').enhanced, '5.1.1');
    assert.equal(only('250 2.1000.1 no\r\n').enhanced, undefined);
    assert.equal(only('250 3.1.1 no such class\r\n').enhanced, undefined);
    assert.equal(only('220 4.5.6.7 is an address\r\n').enhanced, undefined);
  });

  it('createSmtpParser() reads UTF-8 and Latin-1 line by line', () => {
    const bytes = Buffer.concat([Buffer.from('550-Größe\r\n'), Buffer.from('550 Größe\r\n', 'latin1')]);
    assert.deepEqual(parse([bytes]).replies[0]?.lines, ['Größe', 'Größe']);
  });

  const violations: readonly (readonly [string, string])[] = [
    ['a text without a code', 'HTTP/1.1 400 Bad Request\r\n'],
    ['another protocol before its line ends', '* OK'],
    ['the first octet of a TLS record', '\x15'],
    ['a code below 200', '150 wait\r\n'],
    ['a code above 599', '600 no\r\n'],
    ['a code of two digits', '25 ok\r\n'],
    ['an empty line', '\r\n'],
    ['a line without a code in a reply', '250-one\r\ntwo\r\n'],
  ];
  for (const [title, text] of violations) {
    it(`take() throws a violation for ${title}`, () => {
      const whole = parseText(`220 hello\r\n${text}`);
      assert.deepEqual(
        [whole.replies.length, whole.error?.kind, whole.error?.rule],
        [1, 'violation', 'RFC 5321 section 4.2'],
      );
      const bytes = Buffer.from(`220 hello\r\n${text}`, 'latin1');
      assert.deepEqual(
        parse(
          cutAt(
            bytes,
            Array.from(bytes, (_, at) => at),
          ),
        ),
        whole,
      );
    });
  }

  const flaws: readonly (readonly [string, string, FindingName, string, RegExp])[] = [
    ['a code of four digits', '2500 ok\r\n', 'smtp.reply.missing-space', '0 ok', /no space after the code 250/],
    ['a code without its space', '250ok\r\n', 'smtp.reply.missing-space', 'ok', /no space/],
    ['a tab after the code', '250\tok\r\n', 'smtp.reply.missing-space', '\tok', /no space/],
    ['a bare LF as a line end', '250 ok\n', 'smtp.reply.bare-lf', 'ok', /LF, not/],
    ['a bare LF behind the code', '250\n', 'smtp.reply.bare-lf', '', /LF, not/],
    ['a bare LF within a reply', '250-one\n250 two\r\n', 'smtp.reply.bare-lf', 'one\ntwo', /LF, not/],
    ['two codes in one reply', '250-one\r\n550 two\r\n', 'smtp.reply.codes', 'one\ntwo', /two codes, 250 and 550/],
    ['a second digit above 5', '260 ok\r\n', 'smtp.reply.range', 'ok', /the second digit of 260/],
    ['NUL', '250 o\0k\r\n', 'smtp.reply.control', 'o\0k', /NUL within a line/],
    ['CR', '250 o\rk\r\n', 'smtp.reply.control', 'o\rk', /CR within a line/],
    ['an octet above 127', '250 \xfc\r\n', 'smtp.reply.eight-bit', 'ü', /octets above 127/],
    ['a line of 513 octets', `250 ${'x'.repeat(507)}\r\n`, 'smtp.reply.length', 'x'.repeat(507), /513 octets/],
    ['another class', '250 5.1.1 ok\r\n', 'smtp.enhanced-code.class', '5.1.1 ok', /5\.1\.1 in a reply 250/],
  ];
  for (const [title, text, name, shown, message] of flaws) {
    it(`take() notes ${title}, and has the reply`, () => {
      const reply = only(text);
      assert.equal(reply.text, shown);
      assert.deepEqual(
        reply.findings?.map((each) => each.name),
        [name],
      );
      assert.match(reply.findings?.[0]?.message ?? '', message);
    });
  }

  const later: readonly (readonly [string, string, string, readonly FindingName[]])[] = [
    ['NOOP', '250-2.0.0 one\r\n250 two\r\n', 'ENHANCEDSTATUSCODES', ['smtp.enhanced-code.codes']],
    ['NOOP', '250-2.0.0 one\r\n250 two\r\n', 'HELP', []],
    ['NOOP', '250 2.01.0 one\r\n', 'ENHANCEDSTATUSCODES', ['smtp.enhanced-code.syntax']],
    ['NOOP', '250 2.01.0 one\r\n', 'HELP', []],
    ['NOOP', '250-2.0.0 one\r\n250 2.0.0 two\r\n', 'ENHANCEDSTATUSCODES', []],
    ['AUTH PLAIN AGEAYg==', '250 2.0.0 ok\r\n', 'HELP', ['smtp.auth.code']],
    ['AUTH PLAIN AGEAYg==', '235 2.7.0 ok\r\n', 'HELP', []],
    ['AUTH PLAIN AGEAYg==', '535 5.7.8 no\r\n', 'HELP', []],
    ['AUTH PLAIN', '334 \r\n', 'HELP', []],
    ['AUTH LOGIN', '334 VXNlcm5hbWU6\r\n', 'HELP', []],
    ['AUTH PLAIN', '334  \r\n', 'HELP', ['smtp.auth.extra-space']],
    ['AUTH LOGIN', '334 VXNlcm5hbWU6 \r\n', 'HELP', ['smtp.auth.extra-space']],
  ];
  for (const [command, text, extension, names] of later) {
    it(`take() notes ${names.join() || 'nothing'} in ${JSON.stringify(text)} to ${command} after ${extension}`, () => {
      const parser = createSmtpParser();
      const answer = (line: string, reply: string) => {
        parser.sent({ bytes: Buffer.from(`${line}\r\n`), as: 'command' });
        parser.push(Buffer.from(reply));
        return (parser.take()?.findings ?? []).map(({ name }) => name);
      };
      assert.deepEqual(answer('EHLO client.example', `250-mx.example\r\n250 ${extension}\r\n`), []);
      assert.deepEqual(answer(command, text), names);
    });
  }

  it('take() gives a reply with two codes the last one, and says that it has both', () => {
    const { code, findings } = only('220-one\r\n521 two\r\n');
    assert.equal(code, 521);
    assert.deepEqual(findings?.[0]?.about, { field: 'code', values: [220, 521] });
  });

  it('take() notes nothing in what is odd and allowed', () => {
    const texts = [
      '250\r\n',
      '250 \r\n',
      '250 a\tb\r\n',
      '354 2.0.0 go\r\n',
      `334 ${'x'.repeat(5000)}\r\n`,
      `250 ${'x'.repeat(506)}\r\n`,
    ];
    for (const text of texts) assert.equal(only(text).findings, undefined, text);
  });

  /** The findings for a reply to a command. */
  function noted(reply: string, command: string, secured = false): readonly string[] {
    const parser = createSmtpParser();
    if (secured) parser.secured();
    parser.sent({ bytes: Buffer.from(`${command}\r\n`), as: 'command' });
    parser.push(Buffer.from(reply));
    return parser.take()?.findings?.map(({ name }) => name) ?? [];
  }

  it('take() notes what is wrong with extensions', () => {
    const cases: readonly (readonly [string, readonly FindingName[]])[] = [
      ['AUTH=PLAIN', ['smtp.ehlo.keyword']],
      ['X_FOO', ['smtp.ehlo.keyword']],
      ['', ['smtp.ehlo.keyword']],
      ['AUTH', ['smtp.ehlo.no-mechanism']],
      ['auth ', ['smtp.ehlo.no-mechanism']],
      ['SIZE 10MB', ['smtp.ehlo.parameter']],
      ['SIZE 1 2', ['smtp.ehlo.parameter']],
      ['XFOO a\tb', ['smtp.ehlo.parameter']],
      [`SIZE ${'9'.repeat(21)}`, ['smtp.ehlo.parameter']],
      [`SIZE ${'9'.repeat(20)}`, []],
      ['AUTH PLAIN,LOGIN', ['smtp.ehlo.parameter']],
      ['auth plain SCRAM-SHA-256-PLUS X_FOO', []],
      ['8BITMIME yes', ['smtp.ehlo.parameter']],
      ['pipelining 1', ['smtp.ehlo.parameter']],
      ['DSN', []],
      ['REQUIRETLS', []],
      ['REQUIRETLS yes', ['smtp.ehlo.parameter']],
      ['DELIVERBY', []],
      ['DELIVERBY 240', []],
      ['DELIVERBY 1d', ['smtp.ehlo.parameter']],
      ['FUTURERELEASE 3600 2027-01-01T00:00:00Z', []],
      ['FUTURERELEASE 3600', ['smtp.ehlo.parameter']],
      ['LIMITS RCPTMAX=100 X-OTHER=a', []],
      ['LIMITS 100', ['smtp.ehlo.parameter']],
      ['MT-PRIORITY', []],
      ['MT-PRIORITY MIXER', []],
      ['MT-PRIORITY MIXER NSEP', ['smtp.ehlo.parameter']],
      [' HELP', ['smtp.ehlo.leading-space']],
      ['AUTH  PLAIN   LOGIN', []],
      ['8BITMIME', []],
      ['SIZE', []],
      ['STARTTLS', []],
    ];
    for (const [line, names] of cases) {
      for (const command of ['EHLO c', 'lhlo c']) {
        assert.deepEqual(noted(`250-mx\r\n250 ${line}\r\n`, command), names, line);
      }
      assert.deepEqual(noted(`250-mx\r\n250 ${line}\r\n`, 'HELP'), [], line);
    }
  });

  it('take() notes an EHLO reply that does not name the server', () => {
    assert.deepEqual(noted('250-\r\n250 HELP\r\n', 'EHLO c'), ['smtp.ehlo.domain']);
    assert.deepEqual(noted('250 \r\n', 'EHLO c'), []);
    assert.deepEqual(noted('250-\r\n250 HELP\r\n', 'HELO c'), []);
  });

  it('take() notes CR within a line, although each command ends with one', () => {
    assert.deepEqual(noted('250 ok\r\r\n', 'NOOP'), ['smtp.reply.control']);
    assert.deepEqual(noted('500 a\rb\r\n', 'a\rb'), []);
  });

  it('take() notes enhanced status codes that differ within a reply', () => {
    assert.deepEqual(noted('550-5.7.1 a\r\n550 5.1.1 b\r\n', 'NOOP'), ['smtp.enhanced-code.codes']);
    assert.deepEqual(noted('550-5.7.1 a\r\n550 5.7.1 b\r\n', 'NOOP'), []);
    assert.deepEqual(noted('550-5.7.1 a\r\n550 b\r\n', 'NOOP'), []);
  });

  it('take() notes STARTTLS where TLS is active', () => {
    assert.deepEqual(noted('250-mx\r\n250 STARTTLS\r\n', 'EHLO c', true), ['smtp.ehlo.starttls']);
  });

  it('take() allows UTF-8 in replies once the client asked for it', () => {
    assert.deepEqual(noted('250 Grüße\r\n', 'MAIL FROM:<a@b>'), ['smtp.reply.eight-bit']);
    assert.deepEqual(noted('250 Grüße\r\n', 'MAIL FROM:<a@b> SMTPUTF8'), []);
  });

  it('take() throws the same violation again until drain() empties the parser', () => {
    const parser = createSmtpParser();
    parser.push(Buffer.from('250-fine\r\nnonsense\r\n220 next\r\n'));
    assert.throws(() => parser.take(), { kind: 'violation' });
    assert.equal(hasUnread(parser), true);
    assert.throws(() => parser.take(), { kind: 'violation' });
    assert.equal(String(parser.drain()), '250-fine\r\nnonsense\r\n220 next\r\n');
    assert.equal(hasUnread(parser), false);
    parser.push(Buffer.from('220 again\r\n'));
    assert.equal(parser.take()?.text, 'again');
  });

  it('drain() gives everything not taken, what unread has looked at included', () => {
    const parser = createSmtpParser();
    parser.push(Buffer.from('220 one\r\n250 two\r\n250-thr'));
    parser.take();
    assert.equal(hasUnread(parser), true);
    assert.equal(parser.pending, 16);
    assert.equal(String(parser.drain()), '250 two\r\n250-thr');
    assert.equal(parser.pending, 0);
    assert.equal(parser.take(), undefined);
  });

  it('take() and unread never throw anything else whatever the octets, and the same for any split', () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(fc.constantFrom('250', '550', '-', ' ', '\r\n', '\n', '\r', 'x', '5.1.1', 'ü', '\0'), { maxLength: 40 })
        .map((parts) => Buffer.from(parts.join(''), 'latin1')),
      fc
        .array(fc.tuple(fc.integer({ min: 200, max: 599 }), fc.constantFrom(' ', '-', ''), fc.string()), {
          maxLength: 10,
        })
        .map((lines) => Buffer.from(lines.map((line) => `${line.join('')}\r\n`).join(''))),
    );
    fc.assert(
      fc.property(octets, fc.array(fc.nat(80), { maxLength: 20 }), fc.boolean(), (bytes, cuts, peek) => {
        const whole = parse([bytes]);
        const split = parse(cutAt(bytes, cuts), peek && whole.error === undefined);
        assert.deepEqual(split, whole);
      }),
      { numRuns: 500 },
    );
  });

  it('take() meets the line limit for an endless line, whole or in pieces', () => {
    const bytes = Buffer.concat([Buffer.from('250 '), Buffer.alloc(limits.longestLine, 'x')]);
    for (const chunks of [[bytes], cutAt(bytes, [1, 3, 4, 100, 40_000])]) {
      assert.deepEqual(parse(chunks).error, {
        kind: 'limit',
        rule: 'longestLine',
        message: 'a line is longer than 65536 octets',
      });
    }
  });

  it('take() meets the reply limit for an endless reply', () => {
    const parser = createSmtpParser();
    const chunk = Buffer.from(`250-${'x'.repeat(1000)}\r\n`.repeat(60));
    let pushed = 0;
    assert.throws(
      () => {
        for (; pushed < 2 * limits.longestReply; pushed += chunk.length) {
          parser.push(chunk);
          assert.equal(parser.take(), undefined);
        }
      },
      { kind: 'limit', rule: 'longestReply' },
    );
    assert.ok(pushed <= limits.longestReply);
  });

  it('take() meets the limit of memory for a reply of empty lines', () => {
    const parser = createSmtpParser();
    parser.push(Buffer.from('250-\r\n'.repeat(limits.lineReplyMemory / 64)));
    assert.throws(() => parser.take(), { kind: 'limit', rule: 'lineReplyMemory' });
  });

  it('parseExtensions() gives keywords in upper case with their parameters, without the first line', () => {
    const reply = only(
      '250-mx.example.test Hello\r\n250-size 10240000\r\n250-STARTTLS\r\n250-AUTH  PLAIN LOGIN\r\n250 HELP\r\n',
    );
    assert.deepEqual(
      [...parseExtensions(reply)],
      [
        ['SIZE', ['10240000']],
        ['STARTTLS', []],
        ['AUTH', ['PLAIN', 'LOGIN']],
        ['HELP', []],
      ],
    );
  });

  it('parseExtensions() counts the form before RFC 2554 as AUTH and joins it with the other', () => {
    const courier = parse([wire('courier.txt')]).replies[1] ?? assert.fail();
    assert.deepEqual(parseExtensions(courier).get('AUTH'), ['PLAIN', 'LOGIN']);
    assert.deepEqual(parseExtensions(courier).get('XSECURITY=NONE,STARTTLS'), []);
    assert.deepEqual(parseExtensions(only('250-a\r\n250-AUTH PLAIN\r\n250 auth=LOGIN PLAIN\r\n')).get('AUTH'), [
      'PLAIN',
      'LOGIN',
    ]);
  });

  it('parseExtensions() is empty for a refusal', () => {
    assert.equal(parseExtensions(only('500-no\r\n500 SIZE 5\r\n')).size, 0);
  });
});
