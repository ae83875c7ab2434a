import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { Protocol } from './protocol.ts';
import { isPositive, protocols, protocolsWhere, repliesLike } from './protocols.ts';
import type { Reply } from './reply.ts';

function replyTo(protocol: Protocol, wire: string, command?: string): Reply {
  const parser = protocol.createParser();
  const tag = protocol.createTags?.().fresh();
  if (command !== undefined) {
    parser.push(Buffer.from(greetings.get(protocol) ?? ''));
    parser.take();
    const bytes = Buffer.from(`${tag === undefined ? '' : `${tag} `}${command}\r\n`);
    parser.sent({ bytes, as: 'command', ...(tag !== undefined && { tag }) });
  }
  parser.push(Buffer.from(wire));
  const reply = parser.take();
  assert.ok(reply);
  return reply;
}

const { smtp, lmtp, imap, pop3, sieve, line } = protocols;

const greetings: ReadonlyMap<Protocol, string> = new Map([
  [smtp, '220 ready\r\n'],
  [lmtp, '220 ready\r\n'],
  [imap, '* OK ready\r\n'],
  [pop3, '+OK ready\r\n'],
  [sieve, 'OK "ready"\r\n'],
]);

describe('protocols', () => {
  for (const [name, protocol] of Object.entries(protocols)) {
    it(`createParser() reads a positive greeting when the protocol is ${name}`, () => {
      assert.equal(greetings.has(protocol), protocol.greets);
      const reply = replyTo(protocol, greetings.get(protocol) ?? 'anything\r\n');
      assert.equal(isPositive(reply), true);
      assert.equal(repliesLike(reply).status.form, protocol.replies.status.form);
      assert.equal(protocol.replies.asksForMore(reply), false);
    });
  }

  const negative: readonly (readonly [Protocol, string, boolean])[] = [
    [smtp, '334 VXNlcm5hbWU6\r\n', true],
    [smtp, '550 no\r\n', false],
    [imap, 'a001 NO no\r\n', false],
    [imap, 'a001 BAD no\r\n', false],
    [imap, '+ go on\r\n', true],
    [pop3, '-ERR no\r\n', false],
    [sieve, 'NO "no"\r\n', false],
    [sieve, 'BYE "no"\r\n', false],
  ];
  for (const [protocol, wire, more] of negative) {
    it(`isPositive() and asksForMore() tell a refusal from a challenge when the reply is ${wire.trim()}`, () => {
      const reply = replyTo(protocol, wire, 'NOOP');
      assert.deepEqual([isPositive(reply), protocol.replies.asksForMore(reply)], [false, more]);
    });
  }

  const whole: readonly (readonly [Protocol, string, string, string])[] = [
    [smtp, '250-a\r\n250 b\r\n', 'EHLO x', 'a\nb'],
    [imap, '* 3 EXISTS\r\na001 OK done\r\n', 'NOOP', '* 3 EXISTS\ndone'],
    [pop3, '+OK here\r\nUIDL\r\n.\r\n', 'CAPA', 'here\nUIDL'],
    [sieve, '"a"\r\nOK "done"\r\n', 'LISTSCRIPTS', '"a"\ndone'],
    [line, '200 x\r\n', 'x', '200 x'],
  ];
  for (const [protocol, wire, command, text] of whole) {
    it(`wholeText() gives all that a reply says when the protocol is ${protocol.title}`, () => {
      const reply = replyTo(protocol, wire, command);
      assert.equal(repliesLike(reply).wholeText(reply), text);
    });
  }

  it('protocolsWhere() keeps the order in which messages list protocols', () => {
    assert.deepEqual(
      protocolsWhere(({ replies }) => replies.advertises?.kind === 'capability').map(({ title }) => title),
      ['IMAP', 'POP3', 'ManageSieve'],
    );
  });

  it('no other room names a protocol, but where it is decided what servers are for and what is asked of them', () => {
    const runner = join(packageRoot(), 'runner');
    const name = new RegExp(
      `['"](?:${Object.keys(protocols)
        .filter((each) => each !== 'line')
        .join('|')})['"]`,
    );
    const named = readdirSync(runner, { recursive: true, encoding: 'utf8' })
      .filter(
        (file) =>
          file.endsWith('.ts') && !/^(?:protocol|demo-server|audit|snapshot|authoring)\/|\.test\.|\.d\.ts$/.test(file),
      )
      // These contain the schemes of examples.
      .filter((file) => !/^words\/(?:symptoms|diagnostic-examples)\.ts$/.test(file))
      .filter((file) => name.test(readFileSync(join(runner, file), 'utf8')));
    assert.deepEqual(named, []);
  });
});
