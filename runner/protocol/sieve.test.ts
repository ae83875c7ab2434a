import assert from 'node:assert/strict';
import { assertSurvivesAnything, describeTranscripts } from '../../fixtures/wire/replay.ts';
import { crlf } from '../../fixtures/wire/transcript.ts';
import { words } from '../value.ts';
import type { FindingName } from './findings.ts';
import { limits } from './limits.ts';
import type { ReplyParser, Sent, SieveReply } from './reply.ts';
import { createSieveParser } from './sieve.ts';
import { hasUnread } from './unread.test.helper.ts';

function greetedParser(...commands: readonly string[]): ReplyParser {
  const parser = createSieveParser();
  parser.push(crlf('"IMPLEMENTATION" "x"', 'OK'));
  parser.take();
  for (const command of commands) send(parser, command);
  return parser;
}

function send(parser: ReplyParser, text: string, as: Sent['as'] = 'command'): void {
  parser.sent({ bytes: crlf(text), as });
}

function take(parser: ReplyParser): SieveReply {
  const reply = parser.take();
  assert.equal(reply?.protocol, 'sieve');
  return reply as SieveReply;
}

describe('createSieveParser()', () => {
  describeTranscripts('sieve', createSieveParser);

  it('take() gives a greeting without data no capabilities', () => {
    const parser = createSieveParser();
    parser.push(crlf('BYE "Too many connections"'));
    const reply = take(parser);
    assert.deepEqual([reply.status, reply.text, reply.capabilities], ['BYE', 'Too many connections', undefined]);
  });

  it('take() gives the capabilities after STARTTLS as a reply of their own, and no others unasked', () => {
    const parser = greetedParser('STARTTLS');
    parser.push(crlf('OK "go"'));
    assert.equal(take(parser).capabilities, undefined);
    send(parser, 'LISTSCRIPTS');
    parser.push(crlf('"SASL" "PLAIN"', 'OK', '"a"', 'OK'));
    assert.deepEqual(Object.keys(take(parser).capabilities ?? {}), ['SASL']);
    const scripts = take(parser);
    assert.deepEqual([scripts.lines, scripts.capabilities], [['"a"'], undefined]);
  });

  it('take() expects no capabilities after a STARTTLS that was refused', () => {
    const parser = greetedParser('STARTTLS', 'LISTSCRIPTS');
    parser.push(crlf('NO "no"', '"a"', 'OK'));
    take(parser);
    assert.equal(take(parser).capabilities, undefined);
  });

  it('take() gives challenges, quoted or literal, and the final reply', () => {
    const parser = greetedParser('AUTHENTICATE "LOGIN"');
    parser.push(crlf('"VXNlcm5hbWU6"'));
    assert.deepEqual(
      [take(parser)].map(({ status, text, lines }) => [status, text, lines]),
      [['+', 'VXNlcm5hbWU6', ['VXNlcm5hbWU6']]],
    );
    send(parser, '"YQ=="', 'sasl');
    parser.push(crlf('{0}', ''));
    assert.deepEqual([hasUnread(parser), take(parser).text], [true, '']);
    send(parser, '"YQ=="');
    parser.push(crlf('OK "Logged in."'));
    assert.equal(take(parser).status, 'OK');
    send(parser, 'GETSCRIPT "a"');
    parser.push(crlf('"keep;"', 'OK'));
    assert.deepEqual(take(parser).lines, ['keep;']);
  });

  it('take() reads strings alike, however they are sent', () => {
    const replies = [
      'NO (TAG "a b") "why not"',
      'NO (TAG {3}\r\na b) {7}\r\nwhy not',
      'no (tag {3+}\r\na b) "why not"',
    ];
    for (const text of replies) {
      const parser = greetedParser('NOOP');
      parser.push(crlf(text));
      const { status, text: shown, responseCode } = take(parser);
      assert.deepEqual(
        [status, shown, responseCode],
        ['NO', '(TAG "a b") why not', { name: 'TAG', text: 'TAG "a b"', data: 'a b' }],
      );
    }
  });

  it('sent() does not take a literal for commands', () => {
    const parser = greetedParser();
    for (const part of ['PUTSCRIPT "a" {28', '+}\r\nAUTHENTICATE "x"\r\n', 'LISTSCRIP', 'TS\r\nNOOP\r\n']) {
      parser.sent({ bytes: Buffer.from(part), as: 'part' });
    }
    send(parser, 'AUTHENTICATE "LOGIN"');
    parser.push(crlf('OK "put"', 'OK "noop"', '"challenge"'));
    assert.deepEqual([take(parser).text, take(parser).text, take(parser).status], ['put', 'noop', '+']);
  });

  it('take() notes what is wrong with a line, and has the reply', () => {
    const cases: [line: string, name: FindingName, text: string][] = [
      ['MAYBE', 'sieve.response.syntax', 'done'],
      ['(a)', 'sieve.response.syntax', 'done'],
      ['"a"b', 'sieve.response.syntax', 'done'],
      ['"a\\b"', 'sieve.response.escape', 'done'],
      ['"a" ', 'sieve.response.trailing-space', 'done'],
      ['"a"  ACTIVE', 'sieve.response.extra-space', 'done'],
      [`"${'x'.repeat(1025)}"`, 'sieve.response.length', 'done'],
      ['OK "a" "b"', 'sieve.response.syntax', '"a" "b"'],
      ['OK (', 'sieve.resp-code.syntax', '('],
      ['OK (A "b)', 'sieve.resp-code.syntax', '(A "b)'],
      ['NO text', 'sieve.response.unquoted', 'text'],
      ['NO no space', 'sieve.response.unquoted', 'no space'],
      ['OK  "two spaces"', 'sieve.response.extra-space', 'two spaces'],
      ['OK (A)"b"', 'sieve.response.missing-space', '(A) b'],
      ['OK {3+}\r\nabc', 'sieve.response.literal', 'abc'],
      ['OK "a\0b"', 'sieve.response.control', 'a\0b'],
    ];
    for (const [line, name, text] of cases) {
      const parser = greetedParser('LISTSCRIPTS');
      parser.push(crlf(line, 'OK "done"'));
      const reply = take(parser);
      assert.equal(reply.text, text, line);
      assert.deepEqual([...new Set(reply.findings?.map((each) => each.name))], [name], line);
    }
  });

  it('take() notes a line that ends with LF alone', () => {
    const parser = greetedParser('NOOP');
    parser.push(Buffer.from('OK "done"\n'));
    const reply = take(parser);
    assert.deepEqual([reply.text, reply.findings?.[0]?.name], ['done', 'sieve.response.bare-lf']);
  });

  it('take() notes capabilities that are none, that come twice, and STARTTLS where TLS is active', () => {
    const cases: [lines: readonly string[], name: FindingName][] = [
      [['"SASL" PLAIN'], 'sieve.capability.syntax'],
      [['"SASL" "PLAIN" "LOGIN"'], 'sieve.capability.syntax'],
      [['"SASL" "PLAIN"', '"sasl" "PLAIN"'], 'sieve.capability.duplicate'],
      [['"STARTTLS"'], 'sieve.capability.starttls'],
    ];
    for (const [lines, name] of cases) {
      const parser = createSieveParser();
      parser.secured();
      parser.push(crlf(...lines, 'OK'));
      assert.deepEqual(
        take(parser).findings?.map((each) => each.name),
        [name],
      );
    }
  });

  it('take() notes what is wrong with lists of scripts, scripts, and data where none belong', () => {
    const cases: [command: string, lines: readonly string[], names: readonly FindingName[]][] = [
      ['LISTSCRIPTS', ['"a" ACTIVE', '{1}\r\nb', 'OK'], []],
      ['LISTSCRIPTS', ['"a" active', 'OK'], []],
      ['LISTSCRIPTS', ['"a" ACTIVE', '"b" ACTIVE', 'OK'], ['sieve.listscripts.active']],
      ['LISTSCRIPTS', ['"a"', '"a"', 'OK'], ['sieve.listscripts.duplicate']],
      ['LISTSCRIPTS', ['"a" INACTIVE', 'OK'], ['sieve.listscripts.syntax']],
      ['LISTSCRIPTS', ['"a" "ACTIVE"', 'OK'], ['sieve.listscripts.syntax']],
      ['LISTSCRIPTS', ['""', 'OK'], ['sieve.listscripts.syntax']],
      ['LISTSCRIPTS', ['NO "not now"'], []],
      ['GETSCRIPT "a"', ['{5}\r\nkeep;', 'OK'], []],
      ['GETSCRIPT "a"', ['NO (NONEXISTENT)'], []],
      ['GETSCRIPT "a"', ['OK'], ['sieve.getscript.syntax']],
      ['GETSCRIPT "a"', ['"x"', '"y"', 'OK'], ['sieve.getscript.syntax']],
      ['NOOP', ['"x"', 'OK'], ['sieve.response.syntax']],
      ['CAPABILITY', ['"x"', 'OK'], []],
      ['XFOO', ['"x"', 'OK'], []],
    ];
    for (const [command, lines, names] of cases) {
      const parser = greetedParser(command);
      parser.push(crlf(...lines));
      assert.deepEqual(
        (take(parser).findings ?? []).map((each) => each.name),
        names,
        `${command}: ${lines.join(' ')}`,
      );
    }
  });

  it('take() throws for a greeting of another protocol before its line ends', () => {
    const parser = createSieveParser();
    parser.push(Buffer.from('* OK'));
    assert.throws(() => parser.take(), { rule: 'RFC 5804 section 1.7' });
    assert.equal(hasUnread(parser), true);
  });

  it('drain() gives all octets not taken', () => {
    const parser = greetedParser('LISTSCRIPTS');
    const octets = Buffer.from('"a"\r\n{5}\r\nab');
    parser.push(octets);
    assert.equal(parser.take(), undefined);
    assert.equal(parser.pending, octets.length);
    assert.deepEqual(parser.drain(), octets);
    send(parser, 'NOOP');
    parser.push(crlf('OK'));
    assert.equal(take(parser).status, 'OK');
  });

  it('any octets give replies and ProtocolErrors, the same in any chunks', () => {
    const pieces = [
      'OK',
      'NO ',
      'BYE',
      '"a"',
      '"',
      ' ',
      '\r\n',
      '\r\n',
      '\n',
      '(',
      ')',
      '{3}\r\n',
      '{0+}\r\n',
      'ACTIVE',
      '\\',
      '\xff',
      'OK\r\n',
    ];
    assertSurvivesAnything(createSieveParser, pieces, [
      'LISTSCRIPTS\r\n',
      'AUTHENTICATE "X"\r\n',
      'STARTTLS\r\n',
      'GETSCRIPT {3+}\r\n',
    ]);
  });
});

describe('a hostile ManageSieve server', () => {
  const cases: readonly [limit: string, octets: Buffer][] = [
    ['longestLine', Buffer.alloc(limits.longestLine + 1, '"')],
    ['largestLiteral', crlf('OK {4294967296}')],
    ['longestReply', Buffer.from(`"${'x'.repeat(60_000)}"\r\n`.repeat(limits.longestReply / 60_000 + 1))],
    ['deepestList', crlf(`OK (A ${'('.repeat(10_000)}`)],
  ];
  for (const [limit, octets] of cases) {
    it(`meets ${limit}`, () => {
      const parser = greetedParser('LISTSCRIPTS');
      assert.throws(
        () => {
          for (let at = 0; at < octets.length; at += 65_536) {
            parser.push(octets.subarray(at, at + 65_536));
            parser.take();
          }
        },
        { kind: 'limit', rule: limit },
      );
    });
  }
});

describe('the capabilities of ManageSieve', () => {
  it('reads lists as words, and other values whole', () => {
    const parser = createSieveParser();
    parser.push(
      crlf('"Implementation" "Some Server"', '"SASL" ""', '"SIEVE" "fileinto  vacation"', '"STARTTLS"', 'OK'),
    );
    assert.deepEqual((take(parser) as SieveReply).capabilities, {
      IMPLEMENTATION: 'Some Server',
      SASL: words([]),
      SIEVE: words(['fileinto', 'vacation'], { text: 'fileinto  vacation' }),
      STARTTLS: words([]),
    });
  });
});
