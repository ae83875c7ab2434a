import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields, Value } from '../value.ts';
import { checkMaildir as checkNow, type MaildirInput, markMailbox } from './maildir.ts';
import { plain, rejects, temporary } from './testing.test.helper.ts';

const message = (subject: string, more = '') =>
  `Return-Path: <bounce@example.test>\r\nReceived-SPF: Pass (mail.example.test: domain of a@example.test)\r\n${more}From: Alice <alice@example.test>\r\nTo: Bob <bob@example.test>, carol@example.test\r\nSubject: ${subject}\r\nX-Folded: one\r\n two\r\n\r\nHello\r\nthere\r\n`;

const checkMaildir = (input: Omit<MaildirInput, 'signal'>) =>
  checkNow({ ...input, signal: new AbortController().signal });

describe('checkMaildir()', () => {
  let folder: ReturnType<typeof temporary>;
  let path: string;
  beforeEach(() => {
    folder = temporary();
    path = folder.path('Maildir');
    for (const name of ['new', 'cur', 'tmp']) mkdirSync(join(path, name), { recursive: true });
  });
  afterEach(() => folder.remove());

  const put = (name: string, text: string) => writeFileSync(join(path, name), text);
  const subjects = (messages: Value | undefined) => (messages as readonly Fields[]).map((each) => each['subject']);

  it('sees the messages that came since the mark, however they move', async () => {
    put('new/1.a.host', message('old and new'));
    put('cur/2.b.host:2,S', message('old and read'));
    const mark = await markMailbox(path);
    put('new/3.c.host', message('first'));
    put('cur/4.d.host:2,FS', message('second'));
    put('tmp/5.e.host', message('not yet delivered'));
    renameSync(join(path, 'new/1.a.host'), join(path, 'cur/1.a.host:2,S'));
    const { evidence, transcript } = await checkMaildir({ mark, all: false });
    assert.deepEqual(subjects(evidence['messages']), ['first', 'second']);
    assert.equal(transcript[0], `2 new messages in ${path}`);
    assert.ok(
      transcript.includes('  received-spf: Pass (mail.example.test: domain of a@example.test)'),
      transcript.join('\n'),
    );
    const all = await checkMaildir({ mark, all: true });
    assert.equal((all.evidence['messages'] as readonly unknown[]).length, 4);
  });

  it('sees messages that another program moves from new to cur meanwhile', async () => {
    const mark = await markMailbox(path);
    const names = Array.from({ length: 50 }, (_, index) => `${100 + index}.a.host`);
    for (const name of names) put(`new/${name}`, message(name));
    const waiting = [...names];
    let moving = true;
    const moveNext = () => {
      const name = waiting.pop();
      if (name === undefined || !moving) return;
      renameSync(join(path, 'new', name), join(path, 'cur', `${name}:2,S`));
      setImmediate(moveNext);
    };
    setImmediate(moveNext);
    const { evidence } = await checkMaildir({ mark, all: false });
    moving = false;
    assert.deepEqual(subjects(evidence['messages']).sort(), names);
    assert.ok(waiting.length < names.length, 'some were moved');
  });

  it('tells the parts of a message', async () => {
    const mark = await markMailbox(path);
    put('cur/4.d.host:2,FS', message('=?utf-8?Q?caf=C3=A9?=', 'X-Twice: a\r\nX-Twice: b\r\n'));
    const { evidence } = await checkMaildir({ mark, all: false });
    const [first] = plain(evidence['messages']) as Record<string, unknown>[];
    assert.deepEqual(
      [first?.['subject'], first?.['from'], first?.['to'], first?.['text'], first?.['flags'], first?.['folder']],
      ['café', 'alice@example.test', 'bob@example.test carol@example.test', 'Hello\nthere\n', 'F S', 'cur'],
    );
    const headers = first?.['headers'] as Record<string, unknown>;
    assert.deepEqual([headers['x-twice'], headers['x-folded'], headers['subject']], [['a', 'b'], 'one two', 'café']);
  });

  it('tells how far the clocks of the author and of the last server are apart', async () => {
    const mark = await markMailbox(path);
    const received = (date: string) => `Received: from a by b\r\n\twith ESMTP; ${date}\r\n`;
    const dated = 'Date: Mon, 1 Mar 2027 12:00:00 +0100\r\n';
    put('cur/5.a:2,', message('a', `${received('Mon, 1 Mar 2027 11:01:30 +0000 (UTC)')}${received('x')}${dated}`));
    put('cur/5.b:2,', message('b', `${received('Mon, 1 Mar 2027 10:00:00 +0000')}${dated}`));
    put('cur/5.c:2,', message('c', `${received('yesterday')}${dated}`));
    put('cur/5.d:2,', message('d', dated));
    const { evidence } = await checkMaildir({ mark, all: false });
    const seen = plain(evidence['messages']) as Record<string, unknown>[];
    assert.deepEqual(
      seen.map(({ subject, delay }) => [subject, delay]),
      [
        ['a', 90],
        ['b', -3600],
        ['c', undefined],
        ['d', undefined],
      ],
    );
  });

  it('sees the other messages where some cannot be read', async () => {
    const mark = await markMailbox(path);
    const nested = Array.from(
      { length: 300 },
      (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
    ).join('');
    put('new/1.a.host', message('first'));
    put('new/2.b.host', nested);
    put('new/3.c.host', `Subject: lines\r\n\r\n${'a\r\n'.repeat(500_000)}`);
    writeFileSync(join(path, 'new/4.d.host'), '');
    truncateSync(join(path, 'new/4.d.host'), 33 * 1024 * 1024);
    put('new/5.e.host', message('last'));
    const { evidence, transcript } = await checkMaildir({ mark, all: false });
    const messages = evidence['messages'] as readonly Fields[];
    assert.deepEqual(
      messages.map((each) => each['subject'] ?? each['problem']),
      [
        'first',
        'the message cannot be parsed: Maximum MIME nesting depth of 100 levels exceeded',
        'the message has more than 450000 lines',
        'the message is larger than 32 MiB',
        'last',
      ],
    );
    assert.equal(messages[3]?.['size'], 33 * 1024 * 1024);
    assert.ok(transcript.includes('  not inspected: the message is larger than 32 MiB'));
  });

  it('never follows a link', async () => {
    const secret = folder.path('secret');
    writeFileSync(secret, message('secret'));
    const mark = await markMailbox(path);
    symlinkSync(secret, join(path, 'new/1.a.host'));
    assert.deepEqual((await checkMaildir({ mark, all: false })).evidence['messages'], []);
  });

  it('survives a message that is none', async () => {
    const mark = await markMailbox(path);
    put('new/1.a.host', '\0\xff not a message');
    put('new/2.a.host', '');
    assert.equal(((await checkMaildir({ mark, all: false })).evidence['messages'] as readonly unknown[]).length, 2);
  });

  it('sees the messages that an mbox file got, and a mailbox that appears later', async () => {
    const mbox = folder.path('mbox');
    const early = await markMailbox(mbox);
    await rejects(checkMaildir({ mark: early, all: false }), 'check.mismatch', /there is no mailbox/);
    writeFileSync(mbox, `From a@b Sat Nov 21 10:00:00 2026\n${message('one').replaceAll('\r', '')}\n`);
    const mark = await markMailbox(mbox);
    appendFileSync(
      mbox,
      `From a@b Sat Nov 21 10:00:01 2026\nSubject: two\n\nbody\n>From here\n>>From there\nFrom inside a paragraph\n\n`,
    );
    const { evidence, transcript } = await checkMaildir({ mark, all: false });
    assert.deepEqual(subjects(evidence['messages']), ['two']);
    assert.equal(
      (evidence['messages'] as readonly Fields[])[0]?.['text'],
      'body\nFrom here\n>From there\nFrom inside a paragraph\n',
    );
    assert.equal(transcript[0], `1 new message in ${mbox}`);
    assert.deepEqual(subjects((await checkMaildir({ mark: early, all: false })).evidence['messages']), ['one', 'two']);
    assert.deepEqual(subjects((await checkMaildir({ mark, all: true })).evidence['messages']), ['one', 'two']);
  });

  it('knows the whole source, what attachments say, and the report of a bounce', async () => {
    const bounce = [
      'From: MAILER-DAEMON@x',
      'Subject: bounce',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      '',
      'Sorry.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mail.x',
      '',
      'Final-Recipient: rfc822; b@y',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1',
      ' no such user',
      '--b',
      'Content-Type: image/png; name=a.png',
      '',
      'x',
      '--b--',
      '',
    ].join('\r\n');
    put('new/1.a.host', bounce);
    const { evidence } = await checkMaildir({ mark: await markMailbox(path), all: true });
    const [found] = evidence['messages'] as readonly [Fields];
    assert.equal(found['source'], bounce);
    assert.deepEqual(plain(found['report'] as Value), {
      type: 'message/delivery-status',
      'reporting-mta': 'dns; mail.x',
      recipients: [
        { 'final-recipient': 'rfc822; b@y', status: '5.1.1', 'diagnostic-code': 'smtp; 550 5.1.1 no such user' },
      ],
    });
    const [report, image] = found['attachments'] as readonly [Fields, Fields];
    assert.match(String(report['text']), /^Reporting-MTA: dns; mail\.x\n/);
    assert.equal('text' in image, false);
  });
});
