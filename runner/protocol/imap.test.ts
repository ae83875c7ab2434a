import assert from 'node:assert/strict';
import { assertSurvivesAnything, describeTranscripts, pushInChunks, takeAll } from '../../fixtures/wire/replay.ts';
import { crlf } from '../../fixtures/wire/transcript.ts';
import type { Words } from '../value.ts';
import type { FindingName } from './findings.ts';
import { createImapParser } from './imap.ts';
import { limits } from './limits.ts';
import { type ImapReply, ProtocolError, type ReplyParser, type UntaggedResponse, type Want } from './reply.ts';
import { hasUnread } from './unread.test.helper.ts';

/** A parser that has read its greeting and knows commands with these tags. */
function greetedParser(...tags: readonly string[]): ReplyParser {
  return greeted(createImapParser(), ...tags);
}

function greeted(parser: ReplyParser, ...tags: readonly string[]): ReplyParser {
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

const found = (reply: ImapReply | undefined) => reply?.findings?.map(({ name }) => name) ?? [];
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

  it('take() throws where the first response is no greeting', () => {
    const parser = createImapParser();
    parser.sent({ bytes: crlf('a NOOP'), tag: 'a', as: 'command' });
    parser.push(crlf('* 3 EXISTS', 'a OK done'));
    for (let times = 0; times < 2; times++) assert.throws(() => parser.take(), /not OK, PREAUTH or BYE/);
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

  it('take() notes a tag that no command had', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* 1 EXISTS', 'z9 OK done', 'a OK done'));
    const reply = take(parser);
    assert.equal(reply?.tag, 'z9');
    assert.deepEqual(found(reply), ['imap.tagged.unknown-tag']);
    assert.equal(reply?.findings?.[0]?.message, 'a response to the tag "z9", which no command had');
    assert.deepEqual(found(take(parser)), []);
  });

  it('take() notes EXPUNGE while no message number may change', () => {
    const notes = (...commands: readonly string[]) => {
      const parser = greetedParser();
      for (const each of commands) parser.sent({ bytes: Buffer.from(`${each}\r\n`), as: 'part' });
      parser.push(crlf('* 2 EXPUNGE', `${commands.at(-1)?.split(' ')[0]} OK done`));
      return found(take(parser));
    };
    for (const command of ['FETCH 1 FLAGS', 'store 1 FLAGS ()', 'SEARCH ALL', 'SORT (DATE) UTF-8 ALL'])
      assert.deepEqual(notes(`x ${command}`), ['imap.expunge.forbidden'], command);
    for (const command of ['NOOP', 'UID FETCH 1 FLAGS', 'UID SEARCH ALL', 'EXPUNGE', 'IDLE'])
      assert.deepEqual(notes(`x ${command}`), [], command);
    assert.deepEqual(notes('x NOOP', 'y FETCH 1 FLAGS'), [], 'it may belong to NOOP');
    assert.deepEqual(notes('x FETCH 1 FLAGS', 'y SEARCH ALL'), ['imap.expunge.forbidden']);
  });

  it('take() allows EXPUNGE again when the command that forbids it is completed', () => {
    const parser = greetedParser();
    parser.sent({ bytes: Buffer.from('x FETCH 1 FLAGS\r\ny NOOP\r\n'), as: 'part' });
    parser.push(crlf('x OK done', '* 2 EXPUNGE', 'y OK done'));
    assert.deepEqual([found(take(parser)), found(take(parser))], [[], []]);
  });

  it('take() notes EXPUNGE also after IDLE, whose DONE is no command', () => {
    const parser = greetedParser();
    parser.sent({ bytes: Buffer.from('x IDLE\r\nDONE\r\n'), as: 'part' });
    parser.push(crlf('+ idling', 'x OK done'));
    take(parser);
    take(parser);
    parser.sent({ bytes: Buffer.from('y FETCH 1 FLAGS\r\n'), as: 'part' });
    parser.push(crlf('* 2 EXPUNGE', 'y OK done'));
    assert.deepEqual(found(take(parser)), ['imap.expunge.forbidden']);
  });

  it('sent() learns tags from raw octets, in any parts', () => {
    const parser = greetedParser();
    parser.sent({ bytes: Buffer.from('x1 NOOP\r\nx2 NO'), as: 'part' });
    parser.sent({ bytes: Buffer.from('OP\r\nx3 LOGIN no line end'), as: 'part' });
    parser.push(crlf('x1 OK a', 'x2 OK b', 'x3 BAD c'));
    assert.deepEqual([take(parser)?.tag, take(parser)?.tag, take(parser)?.tag], ['x1', 'x2', 'x3']);
  });

  it('take() leaves out a line that is no response, and notes it', () => {
    for (const line of ['', '*', '*5 EXISTS', 'z FINE done', 'a', '+no', '{5}', '\0\xff']) {
      const parser = greetedParser('a');
      parser.push(crlf('* 1 EXISTS', line, 'a OK done'));
      const reply = take(parser);
      assert.deepEqual(names(reply), ['EXISTS'], JSON.stringify(line));
      assert.ok(found(reply).includes('imap.response.syntax'), JSON.stringify(line));
    }
  });

  it('take() notes what is wrong with the beginning of a tagged response', () => {
    const cases: [line: string, name: FindingName][] = [
      ['a BYE logging out', 'imap.tagged.status'],
      ['a FINE done', 'imap.tagged.status'],
      [' a OK done', 'imap.response.leading-space'],
      ['a  OK done', 'imap.response.extra-space'],
      ['a\tOK done', 'imap.response.tab'],
      ['a OK', 'imap.resp-text.missing-space'],
      ['a OK [READ-WRITE]', 'imap.resp-text.missing-space'],
      ['a OK a\0b', 'imap.response.control'],
      ['a OK a\rb', 'imap.response.control'],
    ];
    for (const [line, name] of cases) {
      const parser = greetedParser('a');
      parser.push(crlf(line));
      const reply = take(parser);
      assert.equal(reply?.tag, 'a', line);
      assert.deepEqual(found(reply), [name], line);
    }
  });

  it('take() notes lines that end with LF alone', () => {
    const parser = greetedParser('a');
    parser.push(Buffer.from('* 1 FETCH (BODY[] {2}\nhi)\r\na OK done\n'));
    const reply = take(parser);
    assert.deepEqual(found(reply), ['imap.response.bare-lf', 'imap.response.bare-lf']);
    assert.deepEqual(reply?.untagged[0]?.data, { seq: 1, 'BODY[]': 'hi' });
    assert.equal(reply?.text, 'done');
  });

  it('take() names the productions where data break the grammar, and has them as text', () => {
    const parser = greetedParser('a');
    parser.push(
      crlf('* 1 FETCH (UID 7 BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" x 1))', '* 2 EXISTS', 'a OK done'),
    );
    const reply = take(parser);
    assert.deepEqual(
      reply?.findings?.map(({ name, message }) => [name, message]),
      [
        [
          'imap.body.syntax',
          'in FETCH response: in msg-att: in BODYSTRUCTURE: in body: in body-fld-octets: a number expected, "x 1))" found',
        ],
      ],
    );
    assert.deepEqual(
      reply?.untagged.map(({ name, data }) => [name, data]),
      [
        ['FETCH', undefined],
        ['EXISTS', 2],
      ],
    );
  });

  it('take() notes a response code that breaks the grammar', () => {
    const parser = greetedParser('a');
    parser.push(crlf('a OK [UIDVALIDITY x] done'));
    const reply = take(parser);
    assert.match(
      reply?.findings?.[0]?.message ?? '',
      /in OK response: in resp-text-code: in UIDVALIDITY: a number expected, "x" found/,
    );
    assert.equal(reply?.text, '[UIDVALIDITY x] done');
    assert.equal(reply?.responseCode, undefined);
  });

  it('findings() has what no reply has: of responses left unread, and of ends forgiven', () => {
    const parser = greetedParser('a');
    parser.push(crlf('* 1 EXISTS', 'a OK', '* 2 EXISTS '));
    assert.equal(take(parser, { enough: has('EXISTS') })?.status, '*');
    parser.forgive();
    assert.equal(hasUnread(parser), false);
    const left = () => parser.findings().map(({ name }) => name);
    assert.deepEqual(left(), ['imap.resp-text.missing-space', 'imap.exists.trailing-space']);
    assert.deepEqual(left(), []);
  });

  it('take() reads names and strings as UTF-8 after ENABLE, and from a server that has IMAP4rev2 only', () => {
    const list = Buffer.from('* LIST () "/" "Q&AOk-A \u00fc"\r\na OK done\r\n');
    const nameOf = (reply: ImapReply | undefined) =>
      (reply?.untagged.at(-1)?.data as { name: string } | undefined)?.name;
    for (const line of [
      '* ENABLED UTF8=ACCEPT',
      '* ENABLED IMAP4rev2',
      '* CAPABILITY IMAP4rev2',
      '* OK [CAPABILITY IMAP4rev2] x',
    ]) {
      const parser = greetedParser('a');
      parser.push(Buffer.concat([crlf(line), list]));
      const reply = take(parser);
      assert.deepEqual([nameOf(reply), found(reply)], ['Q&AOk-A ü', []], line);
    }
    const parser = greetedParser('a');
    parser.push(Buffer.concat([crlf('* CAPABILITY IMAP4rev1 IMAP4rev2'), list]));
    assert.deepEqual(found(take(parser)), ['imap.mailbox.eight-bit']);
  });

  it("take() has an ESEARCH's numbers in their order only where its command was SORT", () => {
    for (const [command, order] of [
      ['UID SORT RETURN (ALL) (DATE) UTF-8 ALL', 'ordered'],
      ['SEARCH RETURN (ALL) ALL', 'unordered'],
    ]) {
      const parser = greetedParser();
      parser.sent({ bytes: crlf(`a ${command}`), tag: 'a', as: 'command' });
      parser.push(crlf('* ESEARCH (TAG "a") ALL 3,1:2', 'a OK done'));
      const data = take(parser)?.untagged[0]?.data as { ALL: Words } | undefined;
      assert.deepEqual([data?.ALL.words, data?.ALL.list], [['3', '1', '2'], order]);
    }
  });

  it('lacking says how much of a literal came', () => {
    const parser = greetedParser('a');
    parser.push(Buffer.from('* 1 FETCH (BODY[] {400}\r\nhello'));
    assert.equal(parser.take(), undefined);
    assert.deepEqual(parser.lacking, { announced: 400, came: 5 });
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
  /** The name of the limit that these octets exceed. */
  function limitOf(bytes: Buffer, size: number, want?: Want, memory?: number): string | undefined {
    const parser = greeted(createImapParser(memory), 'a');
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

  it('meets replyMemory with responses and no end', () => {
    const memory = limits.replyMemory / 16;
    const flood = Buffer.from('* A\r\n'.repeat(memory / 300));
    assert.equal(limitOf(flood, 16_384, undefined, memory), 'replyMemory');
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
