import assert from 'node:assert/strict';
import { protocols } from '../protocol/protocols.ts';
import { filesOf } from './files.ts';
import { createNotes, type Notes } from './notes.ts';

const mebibyte = 1024 * 1024;
const line = `${'x'.repeat(1022)}\r\n`;

/** The files for a session of `S` and `C` lines (server and client) and of `left`, its end. */
function written(
  protocol: keyof typeof protocols,
  said: readonly (readonly ['S' | 'C', string | Buffer] | 'left')[],
  notes: Notes = createNotes(() => 0),
) {
  for (const each of said) {
    if (each === 'left') notes.left();
    else notes.octets(each[0] === 'S' ? 'server' : 'client', Buffer.from(each[1] as string));
  }
  const { transcript, scenario = '' } = filesOf(notes.finish(), {
    protocol: protocols[protocol],
    server: 'it',
    title: 'Recorded',
  });
  return { transcript: transcript.replaceAll('+0.0ms ', ''), steps: scenario.split('dialogue:\n')[1] ?? '' };
}

describe('filesOf()', () => {
  it('leaves out the middle of a long message, and has the reply to it', () => {
    const { transcript, steps } = written('smtp', [
      ['S', '220 x\r\n'],
      ['C', 'DATA\r\n'],
      ['S', '354 go on\r\n'],
      ['C', line.repeat(mebibyte / 256)],
      ['C', '.\r\n'],
      ['S', '250 taken\r\n'],
    ]);
    assert.match(transcript, /^\* 3,142,656 octets of the client are left out here$/m);
    assert.ok(transcript.length < 2 * mebibyte);
    assert.match(steps, /# 3,142,656 octets.*\n +- message: \|\n/);
    assert.match(steps, /\n +expect: 250 taken\n$/);
  });

  it('leaves out the middle of long literals, and has what follows them', () => {
    const long = line.repeat(mebibyte / 512);
    const { steps } = written('imap', [
      ['S', '* PREAUTH x\r\n'],
      ['C', `a1 APPEND INBOX {${long.length}}\r\n`],
      ['S', '+ go on\r\n'],
      ['C', `${long}\r\n`],
      ['S', 'a1 OK appended\r\n'],
      ['C', 'a2 FETCH 1 BODY[]\r\n'],
      ['S', `* 1 FETCH (BODY[] {${long.length}}\r\n${long})\r\na2 OK fetched\r\n`],
      ['C', 'a3 LOGOUT\r\n'],
      ['S', '* BYE x\r\na3 OK bye\r\n'],
    ]);
    assert.ok(steps.length < 3000);
    assert.match(steps, /- send: FETCH 1 BODY\[\]\n +expect: OK fetched\n/);
    assert.match(steps, /- send: LOGOUT\n +expect: OK/);
  });

  it('counts the octets of literals as they were on the wire', () => {
    const literal = Buffer.from('Subject: gr\xfcn\n\0\r\n', 'latin1');
    const { steps } = written('imap', [
      ['S', '* PREAUTH x\r\n'],
      ['C', `a1 APPEND INBOX {${literal.length}}\r\n`],
      ['S', '+ go on\r\n'],
      ...[...literal].map((octet) => ['C', Buffer.from([octet])] as const),
      ['C', '\r\n'],
      ['S', 'a1 OK appended\r\n'],
      ['C', 'a2 FETCH 1 (BODY[] FLAGS)\r\n'],
      ['S', `* 1 FETCH (BODY[] {${literal.length}}\r\n`],
      ['S', literal],
      ['S', ' FLAGS (\\Seen))\r\na2 OK fetched\r\n'],
    ]);
    assert.match(steps, new RegExp(`base64: ${literal.toString('base64')}\n +expect: OK appended\n`));
    assert.match(steps, /BODY\[\]: true\n +FLAGS: /);
  });

  it('says where a client left, and hides what it had sent of a password', () => {
    const login = written('imap', [
      ['S', '* OK x\r\n'],
      ['C', 'a1 LOGIN {5}\r\n'],
      ['S', '+ go on\r\n'],
      ['C', 'alice {10}\r\n'],
      ['S', '+ go on\r\n'],
      ['C', 'wonder'],
      'left',
    ]);
    assert.match(login.transcript, /C «password»\n\* closed by the client\n$/);
    assert.match(login.steps, /# The client left within the literal\n/);
    const message = written('smtp', [
      ['S', '220 x\r\n'],
      ['C', 'DATA\r\n'],
      ['S', '354 go on\r\n'],
      ['C', 'half'],
      'left',
    ]);
    assert.match(message.steps, /# The client left within the message\n/);
    assert.doesNotMatch(message.steps, /- message/);
    const partial = written('pop3', [
      ['S', '+OK x\r\n'],
      ['C', 'USER alice\r\n'],
      ['S', '+OK\r\n'],
      ['C', 'PASS wonder'],
      'left',
    ]);
    assert.match(partial.steps, /# The client left before the end of this line\n/);
    assert.doesNotMatch(`${partial.transcript}${partial.steps}`, /wonder/);
  });

  it('sends a carriage return within a command as it was sent', () => {
    const { steps } = written('smtp', [
      ['S', '220 x\r\n'],
      ['C', 'NOOP a\rb\r\n'],
      ['S', '250 x\r\n'],
    ]);
    assert.match(steps, /- send:\n +raw: "NOOP a\\rb\\r\\n"\n +expect: 250 x\n$/);
  });

  it('writes no scenario of more steps than a person reads', () => {
    const { transcript, steps } = written('smtp', [
      ['S', '220 x\r\n'],
      ['C', 'NOOP\r\n'.repeat(10_001)],
    ]);
    assert.equal(transcript.split('\n').length, 10_003);
    assert.equal(steps, '');
  });
});

describe('createNotes()', () => {
  it('shares its room among sessions, and gives it back', () => {
    const room = { left: mebibyte };
    const fill = (notes: Notes) => {
      for (const side of ['client', 'server', 'client', 'server'] as const)
        notes.octets(side, Buffer.from(line.repeat(mebibyte / 16 / 1024)));
    };
    const all = Array.from({ length: 20 }, () => createNotes(() => 0, room));
    for (const notes of all) fill(notes);
    const isCut = (notes: Notes) => notes.finish().some(({ entry }) => entry.kind === 'unread');
    assert.deepEqual(
      [all[0], all.at(-1)].map((notes) => notes && isCut(notes)),
      [false, true],
    );
    for (const notes of all) notes.release();
    assert.equal(room.left, mebibyte);
  });
});
