import assert from 'node:assert/strict';
import { shareOf } from '../../fixtures/testing/long.ts';
import { createImapParser } from './imap.ts';
import { limits } from './limits.ts';
import { createLineParser } from './line.ts';
import { createPop3Parser } from './pop3.ts';
import { ProtocolError, type ReplyParser, type Want } from './reply.ts';
import { createSieveParser } from './sieve.ts';
import { createSmtpParser } from './smtp.ts';

/** `npm test` tries a third of the floods of a kind. */
const share = { oneIn: 3, atLeast: 2 };

/** The tests use a sixteenth of the real limit, with as many fewer messages, which takes a sixteenth of the time. */
const fraction = 16;
const replyMemory = limits.replyMemory / fraction;

/**
 * The error that pushing this endlessly leads to. Octets take several times as much memory, so a sixth of it is enough.
 */
function flood(
  parser: ReplyParser,
  unit: string,
  memory = replyMemory,
  read = (each: ReplyParser): void => void each.take(),
): ProtocolError {
  const piece = Buffer.from(unit.repeat(Math.ceil((64 * 1024) / unit.length)));
  for (let octets = 0; octets < memory / 6; octets += piece.length) {
    parser.push(Buffer.from(piece));
    try {
      read(parser);
    } catch (error) {
      assert.ok(error instanceof ProtocolError);
      return error;
    }
  }
  throw new Error(`${memory / 6} octets were kept`);
}

function listing(): ReplyParser {
  const parser = createPop3Parser();
  parser.push(Buffer.from('+OK\r\n'));
  parser.take();
  parser.sent({ as: 'command', bytes: Buffer.from('LIST\r\n') });
  parser.push(Buffer.from('+OK\r\n'));
  return parser;
}

function greeted(memory?: number): ReplyParser {
  const parser = createImapParser(memory);
  parser.push(Buffer.from('* OK hello\r\n'));
  parser.take();
  parser.sent({ tag: 'a', as: 'command', bytes: Buffer.from('a NOOP\r\n') });
  return parser;
}

describe('replyMemory', () => {
  const sieve: readonly (readonly [what: string, unit: string])[] = [
    ['capabilities without a value', '"a"\r\n'],
    ['empty strings', `""${' ""'.repeat(2_000)}\r\n`],
    ['lists of empty strings', `"" (${'"" '.repeat(2_000)}"")\r\n`],
  ];
  for (const [what, unit] of shareOf(sieve, share)) {
    it(`createSieveParser() ends a flood of ${what} by what it takes`, () => {
      const { rule } = flood(createSieveParser(replyMemory), unit);
      assert.equal(rule, 'sieveReplyMemory');
    });
  }

  const imap: readonly (readonly [what: string, unit: string])[] = [
    ['flags', `* FLAGS (${'a '.repeat(30_000)}a)\r\n`],
    ['numbers', `* SEARCH${' 1'.repeat(30_000)}\r\n`],
    ['words', `* CAPABILITY${' a'.repeat(30_000)}\r\n`],
    ['messages with flags', '* 1 FETCH (FLAGS (a b c d e f g h i j k l m n))\r\n'],
    ['lines that are no responses', 'x\r\n'],
    ['lists with spaces', '* FLAGS ( a )\r\n'],
    ['nested lists', `* 1 FETCH (X ${'('.repeat(90)}a${')'.repeat(90)})\r\n`],
    ['namespaces', `* NAMESPACE (${'("" "/")'.repeat(6_000)}) NIL NIL\r\n`],
  ];
  for (const [what, unit] of shareOf(imap, share)) {
    it(`createImapParser() ends a flood of ${what} by what it takes`, () => {
      assert.equal(flood(greeted(replyMemory), unit).rule, 'replyMemory');
    });
  }

  it('createImapParser() ends a flood that no expectation reads', () => {
    const error = flood(greeted(replyMemory), '* A\r\n', replyMemory, (parser) => parser.settle());
    assert.equal(error.rule, 'replyMemory');
  });

  it('both end a flood by what ships', () => {
    assert.equal(
      flood(createSieveParser(), `"" (${'"" '.repeat(20_000)}"")\r\n`, limits.sieveReplyMemory).rule,
      'sieveReplyMemory',
    );
    assert.equal(flood(greeted(), 'x\r\n', limits.replyMemory).rule, 'replyMemory');
  });

  const lines: readonly (readonly [what: string, create: () => ReplyParser, unit: string, want?: Want])[] = [
    ['SMTP', createSmtpParser, '250-\r\n'],
    ['SMTP, ended by LF', createSmtpParser, '250-a\n'],
    ['POP3', listing, '\r\n'],
    ['POP3, ended by LF', listing, 'a\n'],
    ['a service', createLineParser, '\n', { framing: { ends: 'dot' } }],
  ];
  for (const [what, create, unit, want] of shareOf(lines, share)) {
    it(`a flood of short lines of ${what} ends by what they take`, () => {
      const error = flood(create(), unit, limits.lineReplyMemory, (parser) => void parser.take(want));
      assert.equal(error.rule, 'lineReplyMemory');
      assert.equal(error.limit?.most, limits.lineReplyMemory);
      assert.ok((error.limit?.reached ?? 0) > limits.lineReplyMemory);
    });
  }

  it('createPop3Parser() reads a list of half a million messages', () => {
    const parser = listing();
    parser.push(Buffer.from(`${'123456 1234\r\n'.repeat(500_000)}.\r\n`));
    assert.equal(parser.take()?.lines.length, 500_000);
  });

  it('createImapParser() reads flags, sizes and dates of a hundred thousand messages', () => {
    const parser = createImapParser(replyMemory);
    parser.push(Buffer.from('* OK hello\r\n'));
    parser.take();
    parser.sent({ tag: 'a', as: 'command', bytes: Buffer.from('a FETCH 1:* (UID FAST)\r\n') });
    const count = 100_000 / fraction;
    const attributes =
      'UID 123456 FLAGS (\\Seen \\Answered) RFC822.SIZE 12345 INTERNALDATE " 1-Jan-2026 00:00:00 +0000"';
    parser.push(Buffer.from(`${`* 1 FETCH (${attributes})\r\n`.repeat(count)}a OK done\r\n`));
    const reply = parser.take();
    assert.equal(reply?.protocol === 'imap' && reply.untagged.length, count);
  });
});
