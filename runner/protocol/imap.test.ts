import assert from 'node:assert/strict';
import { assertSurvivesAnything, describeTranscripts, pushInChunks, takeAll } from '../../fixtures/wire/replay.ts';
import { crlf } from '../../fixtures/wire/transcript.ts';
import { createImapParser } from './imap.ts';
import { limits } from './limits.ts';
import { type ImapReply, ProtocolError, type ReplyParser, type UntaggedResponse, type Want } from './reply.ts';
import { hasUnread } from './unread.test.helper.ts';

/** A parser that has had its greeting, and was told of commands with these tags. */
function greetedParser(...tags: readonly string[]): ReplyParser {
  const parser = createImapParser();
  parser.push(crlf('* OK ready'));
  parser.take();
  for (const tag of tags) parser.sent({ bytes: crlf(`${tag} NOOP`), tag, as: 'command' });
  return parser;
}

function take(parser: ReplyParser, want?: Want): ImapReply | undefined {
  const reply = parser.take(want);
  if (reply !== undefined) assert.equal(reply.protocol, 'imap');
  return reply as ImapReply | undefined;
}

const names = (reply: ImapReply | undefined) => reply?.untagged.map(({ name }) => name);
const has = (name: string) => (untagged: readonly UntaggedResponse[]) => untagged.some((each) => each.name === name);

describe('createImapParser()', () => {
  describeTranscripts('imap', createImapParser);

  it('take() gives a greeting of each kind, and nothing where it is not complete', () => {
    for (const status of ['OK', 'PREAUTH', 'BYE']) {
      const parser = createImapParser();
      parser.push(Buffer.from(`* ${status} [ALERT] he`));
      assert.equal(parser.take(), undefined);
      parser.push(crlf('llo'));
      const reply = take(parser);
      assert.equal(reply?.status, status);
      assert.equal(reply?.text, '[ALERT] hello');
      assert.equal(reply?.responseCode?.name, 'ALERT');
      assert.deepEqual(reply?.untagged, []);
    }
  });

  it('take() offers the greeting to `enough`, so that `* BYE` is met by one', () => {
    const parser = createImapParser();
    parser.push(crlf('* BYE too many connections'));
    const reply = take(parser, { enough: has('BYE') });
    assert.equal(reply?.status, '*');
    assert.deepEqual(names(reply), ['BYE']);
    assert.equal(parser.pending, 0);
  });

  it('take() throws for a greeting of another protocol before its line ends', () => {
    const parser = createImapParser();
    parser.push(Buffer.from('220 mx.example'));
    assert.throws(() => parser.take(), { rule: 'RFC 9051 section 7.1', kind: 'violation' });
    assert.equal(hasUnread(parser), true);
  });

  it('take() throws once where the first response is no greeting, and then goes on with it', () => {
    const parser = createImapParser();
    parser.sent({ bytes: crlf('a NOOP'), tag: 'a', as: 'command' });
    parser.push(crlf('* 3 EXISTS', 'a OK done'));
    assert.throws(() => parser.take(), /none of OK, PREAUTH and BYE/);
    assert.deepEqual(names(take(parser)), ['EXISTS']);
  });

  it('take() gives untagged responses with the reply they came before, unsolicited ones too', () => {
    const parser = greetedParser();
    parser.push(crlf('* 4 EXISTS'));
    assert.equal(hasUnread(parser), false);
    assert.equal(parser.take(), undefined);
    assert.equal(parser.pending, '* 4 EXISTS\r\n'.length);
    parser.sent({ bytes: crlf('b NOOP'), tag: 'b', as: 'command' });
    parser.push(crlf('* 5 EXISTS', '* 1 RECENT', 'b OK done'));
    const reply = take(parser);
    assert.deepEqual(
      reply?.untagged.map(({ data }) => data),
      [4, 5, 1],
    );
    assert.equal(reply?.raw.toString(), '* 4 EXISTS\r\n* 5 EXISTS\r\n* 1 RECENT\r\nb OK done\r\n');
    assert.equal(parser.pending, 0);
  });

  it('take() gives the replies of pipelined commands in the order they came in', () => {
    const parser = greetedParser('a', 'b');
    parser.push(crlf('* 1 EXISTS', 'b OK second', '* 2 EXISTS', 'a NO first'));
    assert.equal(hasUnread(parser), true);
    assert.deepEqual(
      [take(parser), take(parser)].map((reply) => [reply?.tag, reply?.status, reply?.untagged[0]?.data]),
      [
        ['b', 'OK', 1],
        ['a', 'NO', 2],
      ],
    );
    assert.equal(hasUnread(parser), false);
  });

  it('take() gives a continuation request with the untagged responses before it', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* 1 EXISTS', '+ idling', '+'));
    assert.deepEqual(names(take(parser)), ['EXISTS']);
    const reply = take(parser);
    assert.equal(reply?.status, '+');
    assert.equal(reply?.text, '');
    assert.equal(reply?.tag, undefined);
  });

  it('take() with `enough` gives the untagged responses as soon as they are', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* 1 RECENT', '* 2 EXISTS', '* 3 EXISTS'));
    const reply = take(parser, { enough: has('EXISTS') });
    assert.equal(reply?.status, '*');
    assert.deepEqual(names(reply), ['RECENT', 'EXISTS']);
    assert.equal(reply?.text, '2 EXISTS');
    assert.equal(parser.pending, '* 3 EXISTS\r\n'.length);
    assert.equal(take(parser, { enough: has('FLAGS') }), undefined);
    parser.push(crlf('a OK done'));
    assert.deepEqual(names(take(parser, { enough: has('FLAGS') })), ['EXISTS']);
  });

  it('take() with `enough` does not depend on `unread` having looked ahead', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* 1 EXISTS', '* 2 EXISTS', 'a OK done'));
    assert.equal(hasUnread(parser), true);
    const reply = take(parser, { enough: has('EXISTS') });
    assert.equal(reply?.raw.toString(), '* 1 EXISTS\r\n');
    assert.equal(hasUnread(parser), true);
    assert.equal(take(parser)?.raw.toString(), '* 2 EXISTS\r\na OK done\r\n');
  });

  it('take() with `enough: () => true` gives what came before the stream ended', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* 3 EXISTS', '* BYE shutting down'));
    assert.equal(parser.take(), undefined);
    assert.deepEqual(names(take(parser, { enough: () => true })), ['EXISTS', 'BYE']);
  });

  it('drain() gives all octets not taken, those of parsed responses too', () => {
    const parser = greetedParser('a');
    const bytes = Buffer.concat([crlf('* 3 EXISTS', '* BYE shutting down'), Buffer.from('a OK [incom')]);
    parser.push(bytes);
    assert.equal(parser.take(), undefined);
    assert.equal(parser.pending, bytes.length);
    assert.deepEqual(parser.drain(), bytes);
    assert.equal(parser.pending, 0);
    parser.push(crlf('a OK done'));
    assert.deepEqual(names(take(parser)), []);
  });

  it('take() throws once for a tag that no command had', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* 1 EXISTS', 'z9 OK done', 'a OK done'));
    assert.throws(() => parser.take(), /a response to the tag "z9", which no command had/);
    assert.equal(take(parser)?.tag, 'z9');
    assert.equal(take(parser)?.tag, 'a');
  });

  it('sent() learns tags from raw octets, in any parts', () => {
    const parser = greetedParser();
    parser.sent({ bytes: Buffer.from('x1 NOOP\r\nx2 NO'), as: 'part' });
    parser.sent({ bytes: Buffer.from('OP\r\nx3 LOGIN no line end'), as: 'part' });
    parser.push(crlf('x1 OK a', 'x2 OK b', 'x3 BAD c'));
    assert.deepEqual([take(parser)?.tag, take(parser)?.tag, take(parser)?.tag], ['x1', 'x2', 'x3']);
  });

  it('take() throws once for a line that is no response, and goes on with the next', () => {
    for (const line of ['', '*', '*5 EXISTS', 'a FINE done', 'a', '+no', '{5}', '\0\xff']) {
      const parser = greetedParser('a');
      parser.push(crlf('* 1 EXISTS', line, 'a OK done'));
      assert.throws(() => parser.take(), { name: 'ProtocolError', kind: 'violation', rule: 'RFC 9051 section 2.2.2' });
      assert.deepEqual(names(take(parser)), ['EXISTS'], JSON.stringify(line));
    }
  });

  it('take() throws for a line that ends with LF alone', () => {
    const parser = greetedParser('a');
    parser.push(Buffer.from('a OK done\n'));
    for (let times = 0; times < 2; times++) {
      assert.throws(() => parser.take(), { rule: 'RFC 9051 section 2.2', message: /LF alone/ });
    }
    assert.equal(hasUnread(parser), true);
    parser.drain();
    assert.equal(hasUnread(parser), false);
  });

  it('take() names the productions where data break the grammar, and then has them as text', () => {
    const parser = greetedParser('a');
    parser.push(
      crlf('* 1 FETCH (UID 7 BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" x 1))', '* 2 EXISTS', 'a OK done'),
    );
    assert.throws(() => parser.take(), {
      message:
        'in FETCH response: in msg-att: in BODYSTRUCTURE: in body: in body-fld-octets: a number expected, "x 1))" found',
      rule: 'RFC 9051 section 7.5.2',
    });
    const reply = take(parser);
    assert.deepEqual(
      reply?.untagged.map(({ name, data }) => [name, data]),
      [
        ['FETCH', undefined],
        ['EXISTS', 2],
      ],
    );
  });

  it('take() throws once for a response code that breaks the grammar', () => {
    const parser = greetedParser('a');
    parser.push(crlf('a OK [UIDVALIDITY x] done'));
    assert.throws(
      () => parser.take(),
      /in OK response: in resp-text-code: in UIDVALIDITY: a number expected, "x" found/,
    );
    const reply = take(parser);
    assert.equal(reply?.text, '[UIDVALIDITY x] done');
    assert.equal(reply?.responseCode, undefined);
  });

  it('take() does not take the end of a text for a literal', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* NO disk is full {5}', '* OK [ALERT] {7}', '+ {3}', 'a BAD see {5000000000}'));
    assert.equal(take(parser)?.status, '+');
    assert.equal(take(parser)?.text, 'see {5000000000}');
  });

  it('take() reads lines of text as UTF-8 where they are, else as Latin-1', () => {
    const parser = greetedParser('a', 'b');
    parser.push(Buffer.from('a NO Gr\u00f6\u00dfe\r\n', 'latin1'));
    parser.push(Buffer.from('b NO Gr\u00f6\u00dfe\r\n', 'utf8'));
    assert.deepEqual([take(parser)?.text, take(parser)?.text], ['Größe', 'Größe']);
  });

  it('any octets give replies and ProtocolErrors, the same in any chunks', () => {
    const words = [
      '* ',
      '+ ',
      'a ',
      'OK',
      'NO ',
      'BYE',
      ' ',
      '\r\n',
      '\r\n',
      '\n',
      '(',
      ')',
      '[',
      ']',
      '"',
      '\\',
      'NIL',
      '{3}\r\n',
      '{0+}\r\n',
    ];
    const data = [
      'FETCH',
      'FLAGS',
      'EXISTS',
      'LIST',
      'SEARCH',
      'ESEARCH',
      'ENVELOPE',
      'BODY',
      'BODYSTRUCTURE',
      'UID',
      'STATUS',
      'QUOTA',
      'CAPABILITY',
    ];
    const greeting = '* OK hi\r\n';
    assertSurvivesAnything(
      createImapParser,
      [greeting, ...words, ...data, '1', '42', '~', '<0>', '%', '\xff'],
      ['a NOOP\r\n', 'b ', '\r\n'],
    );
  });
});

describe('a hostile IMAP server', () => {
  /** What the limit is called that these octets meet. */
  function limitOf(bytes: Buffer, size: number, want?: Want): string | undefined {
    const parser = greetedParser('a');
    try {
      for (let at = 0; at < bytes.length; at += size) {
        parser.push(bytes.subarray(at, at + size));
        parser.take(want);
      }
    } catch (error) {
      assert.ok(error instanceof ProtocolError);
      assert.equal(error.kind, 'limit');
      assert.ok(error.evidence.length <= limits.evidence);
      return error.rule;
    }
    return undefined;
  }

  it('meets deepestList with lists in lists', () => {
    const deep = '('.repeat(10_000) + ')'.repeat(10_000);
    for (const data of [`1 FETCH (BODYSTRUCTURE ${deep})`, `1 FETCH (X-ITEM ${deep})`, `LIST () "/" a (X ${deep})`]) {
      assert.equal(limitOf(crlf(`* ${data}`), 1000), 'deepestList');
    }
  });

  it('meets largestLiteral with one announced as 4 GiB', () => {
    assert.equal(limitOf(crlf('* 1 FETCH (BODY[] {4294967296}'), 7), 'largestLiteral');
    assert.equal(limitOf(crlf('* 1 FETCH (BODY[] {99999999999999999999}'), 7), 'largestLiteral');
  });

  it('meets longestImapLine with a line that does not end', () => {
    assert.equal(limitOf(Buffer.alloc(limits.longestImapLine + 2, 'x'), 16_384), 'longestImapLine');
  });

  it('meets longestReply with literals and lines', () => {
    const literal = Buffer.concat([crlf('* 1 FETCH (BODY[] {8000000}'), Buffer.alloc(8_000_000, 'x'), crlf(')')]);
    assert.equal(limitOf(Buffer.concat([literal, literal, literal]), 65_536), 'longestReply');
  });

  it('meets mostUntagged with responses and no end', () => {
    assert.equal(limitOf(Buffer.from('* A\r\n'.repeat(limits.mostUntagged + 1)), 65_536), 'mostUntagged');
  });

  it('meets mostUntaggedAwaited while an expectation waits for another response', () => {
    const flood = Buffer.from('* 1 EXISTS\r\n'.repeat(limits.mostUntaggedAwaited + 1));
    assert.equal(limitOf(flood, 65_536, { enough: () => false }), 'mostUntaggedAwaited');
  });

  it('meets mostListItems with a list that has them', () => {
    assert.equal(limitOf(crlf(`* SEARCH${' 1'.repeat(limits.mostListItems + 1)}`), 65_536), 'mostListItems');
  });

  it('is read in linear time, an octet at a time too', () => {
    const line = crlf(`* 1 FETCH (BODY[] {${200_000}}`, `${'x'.repeat(200_000)} FLAGS ())`, 'a OK done');
    const reply = pushInChunks(greetedParser('a'), line, 1);
    assert.ok(reply && 'untagged' in reply);
    assert.equal(reply.untagged.length, 1);
    assert.deepEqual(takeAll(greetedParser()), []);
  });
});
