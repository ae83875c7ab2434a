import assert from 'node:assert/strict';
import { planOf } from '../../fixtures/testing/plan.ts';
import { type Imported, importText } from './import.ts';
import { mboxDates } from './mbox-dates.ts';

const mbox = { path: 'default.mbox', dates: ['', ' 1-Feb-2008 23:00:00 +0200'] };

function imported(body: string): Imported {
  const made = importText([body], { title: 'a', server: 'imaps', format: 'a script of imaptest', mbox });
  assert.ok('text' in made, JSON.stringify(made));
  // Planning succeeds: every variable has a value when it is used.
  planOf(made.text, {
    config: 'servers: { imaps: "imaps://localhost" }\nvariables: { user: u }\nsecrets: { password: pass }',
  });
  return made;
}

/** Lines of a script, and what they become, ignoring white space. */
const rows: readonly (readonly [string, string, RegExp])[] = [
  [
    'a variable that a reply sets',
    'ok fetch 1 uid\n* 1 fetch (uid $u)\nok uid fetch $u uid\n* 1 fetch (uid $u)',
    /capture: u.*uid fetch \$\{u\} uid.*UID: \$\{u\}/,
  ],
  [
    'the number at the beginning of the command',
    'ok check\n* $3 expunge\n* $2 fetch (uid $)',
    /EXPUNGE: original: 3 .*original: 2 UID: true/,
  ],
  ['flags, which are exact without a directive', 'ok noop\n* 1 fetch (flags (\\seen))', /FLAGS: equals: \[\\seen\]/],
  [
    'flags with a directive',
    'ok noop\n* list ($!unordered $!ban=\\noselect \\marked) "/" a',
    /includes: \[\\marked\] excludes: \[\\noselect\]/,
  ],
  ['a response that must not come', 'ok noop\n! 1 fetch (uid $x)', /none: FETCH: seq: 1 UID: true/],
  ['numbers', 'ok search all\n* search 1 $a', /SEARCH: all_of: - length: 2 - ordered: - 1 - capture: a/],
  ['no numbers', 'ok search all\n* search', /SEARCH: length: 0/],
  ['a set', 'ok search return () all\n* esearch (tag $tag) all 1:3', /ESEARCH: ALL: set: ["']?1:3/],
  [
    'a list of an extension',
    'ok search return (partial 1:2) all\n* esearch (tag $tag) partial (1:2 1)',
    /\^esearch \?\\+\(tag .* partial \?\\+\(/,
  ],
  ['a code of the command', '"ok [appenduid $v $u]" append', /APPENDUID: uidvalidity: capture: v uid: capture: u/],
  [
    'several codes',
    'select a\n* ok [uidnext $n]\n* ok [unseen 1]\nok [read-write]',
    /response_code: - READ-WRITE - UIDNEXT: capture: n - UNSEEN: 1/,
  ],
  [
    'commands in a pipeline',
    'tag1 status a (messages)\ntag2 status b (messages)\n* status a (messages 0)\n* status b (messages 1)\ntag1 ok\ntag2 no',
    /pipeline: - send: status a .*name: a MESSAGES: 0 - send: status b .*status: \["?NO"?\]|pipeline: - send: status a .*status: NO/,
  ],
  ['any answer', '"" delete a', /send: delete a expect: status: \[OK, ["']?NO["']?, BAD\]/],
  ['a literal', 'ok append $mailbox {{{\nSubject: a\n\nb\n}}}', /literal: .*Subject: a\\r\\n\\r\\nb/],
  [
    'the next message, with its date',
    'ok append\nok append',
    /number: 1 .*"(?: |\\x20)1-Feb-2008 23:00:00 \+0200" .*number: 2/,
  ],
  [
    'a binary literal, whose lines end as they do in the file',
    'ok fetch 1 body[]\n* 1 fetch (body[] ~{{{\na\r\nb\n\n}}})\n* 1 fetch (body[text] {{{\na\nb\n\n}}})',
    /BODY\[\]: "a\\r\\nb\\n" .*BODY\[TEXT\]: "a\\r\\nb\\r\\n"/,
  ],
  [
    'a text with NUL, after which imaptest compares nothing',
    'ok fetch 1 body[]\n* 1 fetch (body[] ~{{{\na\0b\n}}})',
    /BODY\[\]: starts_with: "a\\0"/,
  ],
  ['a message with the empty line at its end', 'ok append', /mbox: default\.mbox number: 1 blank_line: true/],
  ['a dollar sign', 'ok store 1 flags ($$a)', /flags \(\$a\)/],
  ['a threaded list', 'ok thread all\n* thread (1)(2 3)', /\^thread \?\\+\(1\\+\) \?\\+\(2 3\\+\)\$\//],
  [
    'a value that only a text has',
    'ok genurlauth a\n* genurlauth $url\nok urlfetch $url',
    /capture: url: .*urlfetch \$\{url\}/,
  ],
  ['capabilities', 'ok noop', /capabilities: SORT: \[DISPLAY\] otherwise: skip/],
];

describe('a script of imaptest', () => {
  for (const [what, lines, expected] of rows) {
    it(`has ${what}`, () => {
      const { text, unread } = imported(`capabilities: SORT=DISPLAY\nmessages: 0\n\n${lines}\n`);
      assert.equal(unread, 0, text);
      assert.match(text.replace(/\s+/g, ' '), expected);
    });
  }

  it('sends octets that are not UTF-8 as base64', () => {
    const made = importText(['\nok append $mailbox ~{{{\n\0\xe4\r\n\n}}}\n'], {
      title: 'a',
      server: 'imaps',
      encoding: 'latin1',
    });
    assert.match('text' in made ? made.text : '', /append \$\{mailbox\} ~[\s\S]*base64: AOQNCg==/);
  });

  it('is recognized when all its commands are sent together', () => {
    const made = importText(['state: auth\n\ntag1 noop\ntag2 check\ntag1 ok\ntag2 ok\n'], {
      title: 'a',
      server: 'imaps',
    });
    assert.equal('format' in made && made.format, 'a script of imaptest');
  });

  it('keeps as comments what nobody can write: a variable without a value', () => {
    const { text, unread } = imported('state: auth\n\nok noop\nok search uid $nothing\n* search 1\n');
    assert.equal(unread, 2);
    assert.match(text, /# search uid \$nothing\n\s+# \* search 1/);
  });

  it('appends the messages of its mbox, from the first again, and forbids others where it says so', () => {
    const { text } = imported('messages: 3\nignore_extra_untagged: no\n\nok noop\n* 1 exists\n');
    assert.deepEqual(
      [...text.matchAll(/number: (\d)/g)].map(([, number]) => number),
      ['1', '2', '1'],
    );
    assert.match(text.replace(/\s+/g, ' '), /EXISTS: 1 - none: EXPUNGE - none: FETCH/);
  });

  it('mboxDates() reads the dates of an mbox', () => {
    const lines = [
      'From a Fri Feb 22 23:00:00 2008 +0200',
      'x',
      '',
      'From b Fri Feb  1 23:00:00 2008',
      'From here',
      '',
      'From c',
    ];
    assert.deepEqual(mboxDates(lines.join('\n')), ['22-Feb-2008 23:00:00 +0200', ' 1-Feb-2008 23:00:00 +0000', '']);
  });
});
