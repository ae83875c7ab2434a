import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createImapParser } from './imap.ts';
import type { Reply, ReplyParser } from './reply.ts';

const enough = { enough: (untagged: readonly unknown[]) => untagged.length > 0 };

/** A parser that has read its greeting and knows that these commands were sent. */
function parserAfter(...tags: readonly string[]): ReplyParser {
  const parser = createImapParser();
  parser.push(Buffer.from('* OK ready\r\n'));
  parser.take();
  for (const tag of tags) parser.sent({ bytes: Buffer.from(`${tag} NOOP\r\n`), tag, as: 'command' });
  return parser;
}

function push(parser: ReplyParser, ...lines: readonly string[]): void {
  parser.push(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
}

function isUnread(parser: ReplyParser): boolean {
  parser.settle();
  return parser.unread;
}

function statusOf(reply: Reply | undefined): string | undefined {
  return reply?.protocol === 'imap' ? reply.status : undefined;
}

describe('forgive() of IMAP', () => {
  it('settle() lets go of a tagged OK when only its untagged responses were wanted', () => {
    const parser = parserAfter('a1');
    push(parser, '* 3 EXISTS', '* 1 RECENT', 'a1 OK done');
    assert.equal(statusOf(parser.take(enough)), '*');
    parser.forgive();
    assert.equal(isUnread(parser), false);
    assert.equal(parser.pending, 0);
    assert.equal(parser.take(), undefined);
  });

  it('settle() lets go of it when it comes later', () => {
    const parser = parserAfter('a1');
    push(parser, '* 3 EXISTS');
    parser.take(enough);
    parser.forgive();
    assert.equal(isUnread(parser), false);
    push(parser, 'a1 OK done', '* 4 EXISTS');
    assert.equal(isUnread(parser), false);
    assert.equal(parser.take(enough)?.text, '4 EXISTS');
  });

  it('take() skips it, and gives the reply behind it', () => {
    const parser = parserAfter('a1');
    push(parser, '* 3 EXISTS');
    parser.take(enough);
    parser.forgive();
    parser.sent({ bytes: Buffer.from('a2 NOOP\r\n'), tag: 'a2', as: 'command' });
    push(parser, 'a1 OK done', 'a2 OK done');
    assert.equal(String(parser.take()?.raw), 'a2 OK done\r\n');
  });

  it('a step may still read it when nothing has been forgiven', () => {
    const parser = parserAfter('a1');
    push(parser, '* 3 EXISTS', 'a1 OK done');
    parser.take(enough);
    assert.equal(isUnread(parser), true);
    assert.equal(statusOf(parser.take()), 'OK');
  });

  for (const [what, last] of [
    ['NO', 'a1 NO no'],
    ['BAD', 'a1 BAD no'],
    ['of another command', 'a2 OK done'],
  ]) {
    it(`settle() keeps a tagged response when it is ${what}`, () => {
      const parser = parserAfter('a1');
      push(parser, '* 3 EXISTS');
      parser.take(enough);
      parser.forgive();
      parser.sent({ bytes: Buffer.from('a2 NOOP\r\n'), tag: 'a2', as: 'command' });
      push(parser, last ?? '');
      assert.equal(isUnread(parser), true);
      assert.equal(String(parser.take()?.raw), `${last}\r\n`);
    });
  }

  it('settle() keeps what follows IDLE, whose tagged response waits for the client', () => {
    const parser = parserAfter('a1');
    push(parser, '+ idling', '* 3 EXISTS');
    parser.take();
    parser.take(enough);
    parser.forgive();
    push(parser, 'a1 OK done');
    assert.equal(isUnread(parser), true);
  });

  it('settle() keeps what is wrong with the end that it lets go of', () => {
    const parser = parserAfter('a1');
    push(parser, '* 3 EXISTS');
    parser.take(enough);
    parser.forgive();
    push(parser, '* 1 FETCH (FLAGS', 'a1 OK done');
    assert.equal(isUnread(parser), false);
    assert.deepEqual(
      parser.findings().map(({ name }) => name),
      ['imap.fetch.syntax'],
    );
  });

  it('settle() finds the same in any split', () => {
    const wire = Buffer.from('* 3 EXISTS\r\n* LIST () "/" {3}\r\nabc\r\na1 OK done\r\n* 4 EXISTS\r\na2 OK done\r\n');
    fc.assert(
      fc.property(fc.array(fc.nat(wire.length)), (cuts) => {
        const parser = parserAfter('a1', 'a2');
        push(parser, '* 1 EXISTS');
        parser.take(enough);
        parser.forgive();
        const places = [0, ...cuts.sort((a, b) => a - b), wire.length];
        for (const [index, start] of places.slice(0, -1).entries()) {
          parser.push(wire.subarray(start, places[index + 1]));
          assert.equal(isUnread(parser), false);
        }
        assert.equal(parser.take(), undefined);
        assert.equal(parser.pending, 0);
      }),
    );
  });
});
