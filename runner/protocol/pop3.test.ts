import assert from 'node:assert/strict';
import { assertSurvivesAnything, describeTranscripts } from '../../fixtures/wire/replay.ts';
import { crlf } from '../../fixtures/wire/transcript.ts';
import type { FindingName } from './findings.ts';
import { limits } from './limits.ts';
import { apopTimestamp, createPop3Parser, parseCapabilities } from './pop3.ts';
import type { Pop3Reply, ReplyParser, Sent, Want } from './reply.ts';
import { hasUnread } from './unread.test.helper.ts';

function greetedParser(...commands: readonly string[]): ReplyParser {
  const parser = createPop3Parser();
  parser.push(crlf('+OK ready'));
  parser.take();
  for (const command of commands) send(parser, command);
  return parser;
}

function send(parser: ReplyParser, text: string, as: Sent['as'] = 'command'): void {
  parser.sent({ bytes: crlf(text), as });
}

function take(parser: ReplyParser, want?: Want): Pop3Reply {
  const reply = parser.take(want);
  assert.equal(reply?.protocol, 'pop3');
  return reply as Pop3Reply;
}

describe('createPop3Parser()', () => {
  describeTranscripts('pop3', createPop3Parser);

  it('take() reads a body after the commands that have one, and after no other', () => {
    for (const command of ['CAPA', 'LIST', 'list ', 'UIDL', 'RETR 1', 'TOP 1 0', 'LANG', 'AUTH', 'auth']) {
      const parser = greetedParser(command);
      parser.push(crlf('+OK', 'body'));
      assert.equal(hasUnread(parser), false);
      assert.equal(parser.take(), undefined);
      parser.push(crlf('.'));
      assert.equal(hasUnread(parser), true);
      assert.deepEqual(take(parser).body, ['body'], command);
    }
    for (const command of ['LIST 1', 'UIDL 1', 'LANG en', 'AUTH PLAIN', 'STAT', 'QUIT', 'constructor', '']) {
      const parser = greetedParser(command);
      parser.push(crlf('+OK text'));
      assert.deepEqual(take(parser).lines, ['text'], command);
    }
  });

  it('take() reads no body after -ERR', () => {
    const parser = greetedParser('RETR 9', 'STAT');
    parser.push(crlf('-ERR no such message', '+OK 0 0'));
    assert.deepEqual([take(parser).status, take(parser).text], ['-ERR', '0 0']);
  });

  it('take() matches pipelined replies with their commands, sent in any parts', () => {
    const parser = greetedParser();
    for (const part of ['LI', 'ST\r', '\nSTAT\r\nUID', 'L\r\n']) parser.sent({ bytes: Buffer.from(part), as: 'part' });
    parser.push(crlf('+OK', '1 5', '.', '+OK 1 5', '+OK', '1 x', '.'));
    assert.deepEqual([take(parser).body, take(parser).body, take(parser).body], [['1 5'], undefined, ['1 x']]);
    assert.equal(hasUnread(parser), false);
  });

  it('take() gives the greeting first, whatever was sent before it', () => {
    const parser = createPop3Parser();
    send(parser, 'CAPA');
    parser.push(crlf('+OK ready', '+OK', 'TOP', '.'));
    assert.equal(take(parser).text, 'ready');
    assert.deepEqual(take(parser).body, ['TOP']);
  });

  it('take() gives challenges, and the answers to them are no commands', () => {
    const parser = greetedParser('AUTH LOGIN');
    parser.push(crlf('+ VXNlcm5hbWU6'));
    assert.equal(take(parser).text, 'VXNlcm5hbWU6');
    send(parser, 'CAPA', 'sasl');
    parser.push(crlf('+'));
    assert.equal(take(parser).status, '+');
    send(parser, 'LIST');
    parser.push(crlf('+OK Logged in.'));
    assert.equal(take(parser).text, 'Logged in.');
    send(parser, 'LIST');
    parser.push(crlf('+OK', '.'));
    assert.deepEqual(take(parser).body, []);
  });

  it('take() takes the byte-stuffing out of a body', () => {
    const parser = greetedParser('RETR 1');
    parser.push(crlf('+OK', '..', '... x', '. y', '', '.'));
    assert.deepEqual(take(parser).body, ['.', '.. x', ' y', '']);
  });

  it('take() reads a body as `want.framing` says, also after it was read in another way', () => {
    const parser = greetedParser('XTND XLST', 'XTND XLST', 'LIST');
    parser.push(crlf('+OK', '..a', '.', '+OK', '..b', 'END', '+OK', 'LIST ends', '.'));
    assert.equal(hasUnread(parser), true);
    assert.deepEqual(take(parser, { framing: { ends: 'dot' } }).body, ['.a']);
    const reply = take(parser, { framing: { ends: 'line', line: 'END' } });
    assert.deepEqual(reply.body, ['..b']);
    assert.equal(reply.raw.toString(), '+OK\r\n..b\r\nEND\r\n');
    assert.deepEqual(take(parser).body, ['LIST ends']);
  });

  it('take() reads response codes, in upper case', () => {
    const codes: [string, string | undefined][] = [
      ['[in-use] Locked', 'IN-USE'],
      ['[SYS/TEMP] Later', 'SYS/TEMP'],
      ['[AUTH]', 'AUTH'],
      ['[no code] here', undefined],
      ['nor [AUTH] here', undefined],
    ];
    for (const [text, name] of codes) {
      const parser = greetedParser('PASS x');
      parser.push(crlf(`-ERR ${text}`));
      const reply = take(parser);
      assert.equal(reply.responseCode?.name, name);
      assert.equal(reply.text, text);
    }
  });

  it('take() throws for what no reply begins with, before its line ends', () => {
    for (const octets of ['2', '* OK', 'x']) {
      const parser = createPop3Parser();
      parser.push(Buffer.from(octets));
      assert.throws(() => parser.take(), { kind: 'violation', rule: 'RFC 1939 section 3' }, octets);
      assert.equal(hasUnread(parser), true);
    }
    for (const octets of ['+5', '-']) {
      const parser = createPop3Parser();
      parser.push(crlf(octets));
      assert.throws(() => parser.take(), { kind: 'violation' }, octets);
    }
    for (const octets of ['', '+', '-', '-ER', '+O', '+OK', '-ERR no']) {
      const parser = createPop3Parser();
      parser.push(Buffer.from(octets));
      assert.equal(parser.take(), undefined, octets);
    }
  });

  /** The findings for a reply to a command. */
  function noted(command: string, reply: string, secured = false): readonly string[] {
    const parser = greetedParser(command);
    if (secured) parser.secured();
    parser.push(Buffer.from(reply, 'latin1'));
    const { findings = [] } = take(parser);
    return findings.map(({ name }) => name);
  }

  it('take() notes what is wrong with the status line, and has the reply', () => {
    const cases: [line: string, status: string, text: string, name: FindingName][] = [
      ['+ok ready\r\n', '+OK', 'ready', 'pop3.reply.lowercase'],
      ['-Err no\r\n', '-ERR', 'no', 'pop3.reply.lowercase'],
      ['+OKready\r\n', '+OK', 'ready', 'pop3.reply.missing-space'],
      ['-ERR[AUTH] no\r\n', '-ERR', '[AUTH] no', 'pop3.reply.missing-space'],
      ['+ERR no\r\n', '+ERR', 'no', 'pop3.reply.status'],
      ['+OK hi\n', '+OK', 'hi', 'pop3.reply.bare-lf'],
      ['+OK h\0i\r\n', '+OK', 'h\0i', 'pop3.reply.control'],
      ['+OK \xfc\r\n', '+OK', 'ü', 'pop3.reply.eight-bit'],
      [`+OK ${'x'.repeat(507)}\r\n`, '+OK', 'x'.repeat(507), 'pop3.reply.length'],
    ];
    for (const [line, status, text, name] of cases) {
      const parser = greetedParser('NOOP');
      parser.push(Buffer.from(line, 'latin1'));
      const reply = take(parser);
      assert.deepEqual([reply.status, reply.text], [status, text]);
      assert.deepEqual(
        reply.findings?.map((each) => each.name),
        [name],
        line,
      );
    }
  });

  it('take() notes what is wrong with what a command asks for', () => {
    const cases: [command: string, reply: string, names: readonly FindingName[]][] = [
      ['RETR 1', '+OK\r\n.02 test\r\n.\r\n', ['pop3.body.dot-stuffing']],
      ['RETR 1', '+OK\r\n..02 test\r\n..\r\n.\r\n', []],
      ['RETR 1', '+OK\r\na\n.\nb\r\n.\r\n', ['pop3.body.bare-lf']],
      ['RETR 1', '+OK\r\na\r\n.\n', ['pop3.body.bare-lf']],
      ['STAT', '+OK 2\r\n', ['pop3.stat.syntax']],
      ['STAT', '+OK 2 320 more\r\n', []],
      ['LIST 2', '+OK 2 200\r\n', []],
      ['LIST 2', '+OK 200\r\n', ['pop3.list.syntax']],
      ['LIST 2', '+OK 3 200\r\n', ['pop3.list.number']],
      ['LIST 2', '-ERR no\r\n', []],
      ['LIST', '+OK\r\n1 5\r\n2 x\r\n.\r\n', ['pop3.list.syntax']],
      ['LIST', '+OK\r\n1 5\r\n1 5\r\n.\r\n', ['pop3.list.duplicate']],
      ['UIDL 1', '+OK 00001a1457b5a851\r\n', ['pop3.uidl.syntax']],
      ['UIDL 1', '+OK 1 abc def\r\n', ['pop3.uidl.syntax']],
      ['UIDL', `+OK\r\n1 ${'x'.repeat(71)}\r\n.\r\n`, ['pop3.uidl.syntax']],
      ['UIDL', '+OK\r\n1 abc\r\n2 abc\r\n.\r\n', []],
      ['CAPA', '+OK\r\nTOP \r\nSASL  PLAIN\r\nUSER\r\n.\r\n', ['pop3.capa.trailing-space', 'pop3.capa.extra-space']],
      ['CAPA', '+OK\r\nSASL\tPLAIN\r\n.\r\n', ['pop3.capa.tab']],
      ['CAPA', '+OK\r\n\r\n.\r\n', ['pop3.capa.keyword']],
      ['CAPA', '+OK\r\nSTLS\r\n.\r\n', []],
    ];
    for (const [command, reply, names] of cases) assert.deepEqual(noted(command, reply), names, `${command}: ${reply}`);
    assert.deepEqual(noted('CAPA', '+OK\r\nSTLS\r\n.\r\n', true), ['pop3.capa.starttls']);
  });

  it('drain() gives all octets, and forgets what was due', () => {
    const parser = greetedParser('LIST', 'LIST');
    parser.push(crlf('+OK', '1 5'));
    assert.equal(parser.take(), undefined);
    assert.equal(parser.pending, '+OK\r\n1 5\r\n'.length);
    assert.equal(parser.drain().toString(), '+OK\r\n1 5\r\n');
    send(parser, 'STAT');
    parser.push(crlf('+OK 1 5'));
    assert.equal(take(parser).body, undefined);
  });

  it('any octets give replies and ProtocolErrors, the same in any chunks', () => {
    const pieces = [
      '+OK',
      '-ERR',
      '+',
      ' ',
      '\r\n',
      '\r\n',
      '\n',
      '\r',
      '.',
      '..',
      '[AUTH]',
      'text',
      '\xff',
      '+OK ready\r\n',
    ];
    assertSurvivesAnything(createPop3Parser, pieces, ['CAPA\r\n', 'LIST\r\n', 'STAT\r\n', 'AUTH X\r\n', 'RE']);
  });
});

describe('a hostile POP3 server', () => {
  const cases: readonly [limit: string, octets: Buffer][] = [
    ['longestLine', Buffer.concat([crlf('+OK'), Buffer.alloc(limits.longestLine + 1, 'x')])],
    ['longestReply', Buffer.from(`+OK\r\n${`${'x'.repeat(60_000)}\r\n`.repeat(limits.longestReply / 60_000 + 1)}`)],
    ['lineReplyMemory', Buffer.from(`+OK\r\n${'\r\n'.repeat(limits.lineReplyMemory / 64)}`)],
  ];
  for (const [limit, octets] of cases) {
    it(`meets ${limit}`, () => {
      const parser = greetedParser('RETR 1');
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

describe('parseCapabilities() of POP3', () => {
  it('reads names in upper case, and their parameters', () => {
    const parser = greetedParser('CAPA');
    parser.push(crlf('+OK', 'TOP', 'sasl PLAIN  LOGIN', 'IMPLEMENTATION Some Server', '.'));
    assert.deepEqual(
      parseCapabilities(take(parser)),
      new Map([
        ['TOP', []],
        ['SASL', ['PLAIN', 'LOGIN']],
        ['IMPLEMENTATION', ['Some', 'Server']],
      ]),
    );
  });

  it('is empty for a reply without a body', () => {
    const parser = greetedParser('CAPA');
    parser.push(crlf('-ERR no'));
    assert.equal(parseCapabilities(take(parser)).size, 0);
  });
});

describe('apopTimestamp()', () => {
  it('finds the timestamp where the greeting has one', () => {
    const texts = ['POP3 server ready <1896.697170952@dbc.mtview.ca.us>', '<no at sign> <a@b> end', 'none'];
    const found = texts.map((text) => {
      const parser = createPop3Parser();
      parser.push(crlf(`+OK ${text}`));
      return apopTimestamp(take(parser));
    });
    assert.deepEqual(found, ['<1896.697170952@dbc.mtview.ca.us>', '<a@b>', undefined]);
  });
});
