import assert from 'node:assert/strict';
import { createImapParser } from '../protocol/imap.ts';
import { createSieveParser } from '../protocol/sieve.ts';
import { createSmtpParser } from '../protocol/smtp.ts';
import { exactExpectation, type Precision } from './exact.ts';

const vocabulary = {
  names: new Map([['mx.example.test', 'hostname']]),
  secrets: new Map<string, string>(),
  tokens: new Map([['run1-7a', 'scenario.id']]),
};

function replyOf(text: string) {
  const parser = createSmtpParser();
  parser.push(Buffer.from(text));
  const reply = parser.take();
  assert.ok(reply);
  return reply;
}

function smtp(text: string, command?: string, precision: Precision = 'exact') {
  return exactExpectation(replyOf(text), precision, { vocabulary, command, hello: 'EHLO' });
}

function imap(text: string, precision: Precision = 'exact') {
  const parser = createImapParser();
  parser.push(Buffer.from('* OK ready\r\n'));
  parser.take();
  parser.sent({ bytes: Buffer.from('a LIST "" *\r\n'), tag: 'a', as: 'command' });
  parser.push(Buffer.from(text));
  const reply = parser.take();
  assert.ok(reply);
  return exactExpectation(reply, precision, { vocabulary, command: 'LIST "" *' });
}

describe('exactExpectation()', () => {
  it('keeps numbers and names of others, and not what is new each time', () => {
    assert.deepEqual(smtp('250 2.0.0 mx.example.test took 3 for other.example as run1-7a\r\n'), {
      code: 250,
      text: '2.0.0 ${hostname} took 3 for other.example as ${scenario.id}',
    });
    assert.deepEqual(smtp('250 2.0.0 Ok: queued as 4fXk2z1qRbz3\r\n'), {
      code: 250,
      text: '/^2\\.0\\.0 Ok: queued as \\S+$/',
    });
    assert.deepEqual(smtp('250 took 3\r\n', undefined, 'general'), { code: 250, text: '/^took \\d+$/' });
    assert.equal(smtp('250 took 3\r\n', undefined, 'status'), 250);
    assert.deepEqual(smtp('220 \r\n'), { code: 220, text: { length: 0 } });
  });

  it('takes what holds a made-up id for the same, however many digits the id has', () => {
    const textFor = (id: string) =>
      exactExpectation(
        replyOf(`250 <${id}@other.example> as cyrus-${id}-1764241338 for ${id}, see https://other.example/${id}\r\n`),
        'exact',
        { vocabulary: { ...vocabulary, tokens: new Map([[id, 'scenario.id']]) } },
      );
    for (const id of ['mabcdefghijkl-2a', 'm1234567890ab-12a', 'mzyx1w2vutsrq-1a']) {
      assert.deepEqual(textFor(id), {
        code: 250,
        text: '/^<[^<>]+> as [\\w.-]+ for ${scenario.id}, see https:\\/\\/other\\.example\\/${scenario.id}$/',
      });
    }
  });

  it('closes lists: what is added is a difference as well', () => {
    assert.deepEqual(smtp('250-mx.example.test\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n', 'EHLO x'), {
      code: 250,
      extensions: { SIZE: 1000, AUTH: { equals: ['PLAIN', 'LOGIN'] } },
      lines: { length: 3 },
    });
    assert.deepEqual(smtp('214-first\r\n214 second\r\n', 'HELP'), {
      code: 214,
      lines: { exactly: ['first', 'second'] },
    });
  });

  it('keeps what capabilities say in words, and that some have no parameters', () => {
    const parser = createSieveParser();
    parser.push(
      Buffer.from('"IMPLEMENTATION" "Pigeonhole 0.5"\r\n"SASL" ""\r\n"STARTTLS"\r\n"MAXREDIRECTS" "4"\r\nOK\r\n'),
    );
    const reply = parser.take();
    assert.ok(reply);
    assert.deepEqual(exactExpectation(reply, 'exact', { vocabulary }), {
      status: 'OK',
      capabilities: { IMPLEMENTATION: 'Pigeonhole 0.5', SASL: { equals: [] }, STARTTLS: true, MAXREDIRECTS: '4' },
      lines: { length: 4 },
    });
  });

  it('lists mailboxes with their separator and attributes, and no others', () => {
    assert.deepEqual(imap('* LIST (\\HasNoChildren \\Sent) "/" Sent\r\na OK done (0.001 + 0.000 secs).\r\n'), {
      status: 'OK',
      text: '/^done \\([\\d.+ ]+ secs?\\)\\.$/',
      untagged: [
        { LIST: { name: 'Sent', delimiter: '/', attributes: { equals: ['\\HasNoChildren', '\\Sent'] } } },
        { all: { LIST: { name: { one_of: ['Sent', '/mailspec/'] } } } },
      ],
    });
  });

  it('says the same of mailboxes that come in another order', () => {
    const lines = ['Trash', 'INBOX', 'Drafts'].map((name) => `* LIST (\\HasNoChildren) "/" ${name}\r\n`);
    const seen = (all: readonly string[]) => imap(`${all.join('')}a OK done\r\n`);
    assert.deepEqual(seen(lines), seen(lines.toReversed()));
    assert.match(JSON.stringify(seen(lines)), /"one_of":\["Drafts","INBOX","Trash"/);
  });

  it('keeps the form of UIDVALIDITY and the limit of a quota, not what is used', () => {
    const text = '* OK [UIDVALIDITY 1764212345] ok\r\n* QUOTA "User" (STORAGE 12 102400)\r\na OK done\r\n';
    assert.deepEqual(imap(text), {
      status: 'OK',
      text: 'done',
      untagged: ['/^OK \\[UIDVALIDITY \\d{9,}\\] ok$/', '/^QUOTA "User" \\(STORAGE \\d+ 102400\\)$/'],
    });
  });
});
