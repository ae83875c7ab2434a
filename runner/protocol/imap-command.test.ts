import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crlf } from '../../fixtures/wire/transcript.ts';
import { createImapParser, createTags, parseCapabilities } from './imap.ts';
import { astringPart } from './imap-command.ts';
import type { ImapReply } from './reply.ts';
import { createScanner } from './scanner.ts';
import { astring } from './tokens.ts';

function reply(...lines: readonly string[]): ImapReply {
  const parser = createImapParser();
  parser.push(crlf('* OK hello', ...lines));
  parser.take();
  parser.sent({ bytes: crlf('a X'), tag: 'a', as: 'command' });
  return parser.take() as ImapReply;
}

describe('parseCapabilities() of IMAP', () => {
  const wanted: [keyword: string, parameters: string[]][] = [
    ['IMAP4REV1', []],
    ['AUTH=PLAIN', []],
    ['AUTH', ['PLAIN', 'LOGIN']],
    ['AUTH=LOGIN', []],
    ['QUOTA=RES-STORAGE', []],
    ['QUOTA', ['RES-STORAGE']],
  ];
  const list = 'CAPABILITY IMAP4rev1 AUTH=PLAIN auth=login QUOTA=RES-STORAGE QUOTA';

  it('reads the response, the final response code, and an untagged one', () => {
    const replies = [
      reply(`* ${list}`, 'a OK done'),
      reply(`a OK [${list}] done`),
      reply(`* OK [${list}] here`, 'a OK done'),
      reply('* CAPABILITY IMAP4rev1 STARTTLS', `a OK [${list}] done`),
      reply('* CAPABILITY IMAP4rev1 STARTTLS', `* ${list}`, 'a OK done'),
    ];
    for (const each of replies) assert.deepEqual(parseCapabilities(each), new Map(wanted));
  });

  it('reads the greeting', () => {
    const parser = createImapParser();
    parser.push(crlf('* OK [CAPABILITY IMAP4rev2] hello'));
    assert.deepEqual([...parseCapabilities(parser.take() as ImapReply).keys()], ['IMAP4REV2']);
  });

  it('is empty where the reply names none', () => {
    assert.equal(parseCapabilities(reply('* 1 EXISTS', 'a OK [READ-ONLY] done')).size, 0);
  });
});

describe('astringPart()', () => {
  it('writes an atom, a quoted string or a literal', () => {
    const written = ['alice', 'a@b.example', 'two words', 'say "hi" \\', '', 'nil', 'br{ce', 'Größe', 'a\r\nb'].map(
      (text) => {
        const part = astringPart(text);
        return 'text' in part ? part.text : { literal: part.literal };
      },
    );
    assert.deepEqual(written, [
      'alice',
      'a@b.example',
      '"two words"',
      '"say \\"hi\\" \\\\"',
      '""',
      '"nil"',
      '"br{ce"',
      { literal: 'Größe' },
      { literal: 'a\r\nb' },
    ]);
  });

  it('writes what a reader of the grammar reads back', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const part = astringPart(text);
        if (!('text' in part)) {
          assert.match(text, /[^\x01-\x09\x0b\x0c\x0e-\x7f]/);
          assert.equal(part.literal, text);
          return;
        }
        const octets = Buffer.from(part.text);
        assert.equal(astring(createScanner(octets, 0, octets.length, 'test', imap)), text);
      }),
    );
  });
});

const imap = { protocol: 'imap', utf8: false, secured: false } as const;

describe('createTags()', () => {
  it('gives a fresh tag each time', () => {
    const tags = createTags();
    assert.deepEqual([tags.fresh(), tags.fresh(), createTags().fresh()], ['a001', 'a002', 'a001']);
    for (let times = 3; times < 1000; times++) tags.fresh();
    assert.equal(tags.fresh(), 'a1000');
  });

  it('leaves out the tags that commands have had', () => {
    const tags = createTags();
    for (const tag of ['a001', 'a003', 'x']) tags.note(tag);
    assert.deepEqual([tags.fresh(), tags.fresh()], ['a002', 'a004']);
  });

  it('of() sees the tag with which a command begins, and nothing else', () => {
    const of = (line: string) => createTags().of(Buffer.from(line));
    assert.deepEqual(
      ['a1 NOOP\r\n', 'A.7 SELECT x\r\n', 'DONE\r\n', '(x NOOP\r\n', '+a NOOP\r\n', ' NOOP\r\n'].map(of),
      ['a1', 'A.7', undefined, undefined, undefined, undefined],
    );
  });
});
