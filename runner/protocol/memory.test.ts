import assert from 'node:assert/strict';
import { createImapParser } from './imap.ts';
import { ProtocolError, type ReplyParser } from './reply.ts';
import { createSieveParser } from './sieve.ts';

const MiB = 1024 * 1024;

/** What pushing this without an end comes to. */
function flood(parser: ReplyParser, unit: string): ProtocolError {
  const piece = Buffer.from(unit.repeat(Math.ceil((64 * 1024) / unit.length)));
  for (let octets = 0; octets < 16 * MiB; octets += piece.length) {
    parser.push(Buffer.from(piece));
    try {
      parser.take();
    } catch (error) {
      assert.ok(error instanceof ProtocolError);
      return error;
    }
  }
  throw new Error('16 MiB were kept');
}

describe('replyMemory', () => {
  const sieve: readonly (readonly [what: string, unit: string])[] = [
    ['capabilities without a value', '"a"\r\n'],
    ['empty strings', `""${' ""'.repeat(20_000)}\r\n`],
    ['lists of empty strings', `"" (${'"" '.repeat(20_000)}"")\r\n`],
  ];
  for (const [what, unit] of sieve) {
    it(`createSieveParser() ends a flood of ${what} by what it takes`, () => {
      const { rule } = flood(createSieveParser(), unit);
      assert.equal(rule, 'replyMemory');
    });
  }

  const imap: readonly (readonly [what: string, unit: string])[] = [
    ['flags', `* FLAGS (${'a '.repeat(500_000)}a)\r\n`],
    ['numbers', `* SEARCH${' 1'.repeat(500_000)}\r\n`],
    ['words', `* CAPABILITY${' a'.repeat(500_000)}\r\n`],
    ['messages with flags', '* 1 FETCH (FLAGS (a b c d e f g h i j k l m n))\r\n'],
    ['lines that are no responses', 'x\r\n'],
    ['lists with spaces', '* FLAGS ( a )\r\n'],
    ['nested lists', `* 1 FETCH (X ${'('.repeat(90)}a${')'.repeat(90)})\r\n`],
    ['namespaces', `* NAMESPACE (${'("" "/")'.repeat(100_000)}) NIL NIL\r\n`],
  ];
  for (const [what, unit] of imap) {
    it(`createImapParser() ends a flood of ${what} by what it takes`, () => {
      const parser = createImapParser();
      parser.push(Buffer.from('* OK hello\r\n'));
      parser.take();
      parser.sent({ tag: 'a', as: 'command', bytes: Buffer.from('a NOOP\r\n') });
      const { rule } = flood(parser, unit);
      assert.ok(rule === 'replyMemory' || rule === 'longestReply', rule);
    });
  }

  it('createImapParser() reads the flags of a hundred thousand messages', () => {
    const parser = createImapParser();
    parser.push(Buffer.from('* OK hello\r\n'));
    parser.take();
    parser.sent({ tag: 'a', as: 'command', bytes: Buffer.from('a FETCH 1:* (UID FLAGS)\r\n') });
    const count = 100_000;
    parser.push(Buffer.from(`${'* 1 FETCH (UID 123456 FLAGS (\\Seen \\Answered))\r\n'.repeat(count)}a OK done\r\n`));
    const reply = parser.take();
    assert.equal(reply?.protocol === 'imap' && reply.untagged.length, count);
  });
});
