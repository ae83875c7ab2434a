import assert from 'node:assert/strict';
import { protocols } from '../protocol/protocols.ts';
import { type Imported, importText } from './import.ts';

function imported(lines: readonly string[], loose = false): Imported {
  const made = importText([lines.join('\n')], { title: 'a', server: 'imap', loose });
  assert.ok('text' in made, JSON.stringify(made));
  return made;
}

describe('a script of James MPT', () => {
  it('has several sessions, and a session that begins anew', () => {
    const { text, unread } = imported([
      ...['SESSION: 1', 'C: a NOOP', 'S: a OK .*', 'SESSION: 2', 'C: b NOOP', 'S: b OK .*', 'REINIT'],
    ]);
    assert.equal(unread, 0, text);
    assert.match(
      text.replace(/\s+/g, ' '),
      /- expect: OK on: c1 - send: NOOP expect: OK on: c1 - expect: OK on: c2 - send: NOOP expect: OK on: c2 - close: .*on: c2/,
    );
    assert.match(text, /connections/);
  });

  it('begins as James does: with the greeting, and with a login where its commands need one', () => {
    const steps = (...lines: readonly string[]) => imported(lines).text.split('dialogue:\n')[1]?.replace(/\s+/g, ' ');
    const login = / - expect: OK - authenticate: \{.*\} expect: OK - send: CREATE x expect: OK/;
    assert.match(steps('C: a CREATE x', 'S: a OK .*') ?? '', login);
    assert.match(steps('C: a CAPABILITY', 'S: a OK .*') ?? '', /^ - expect: OK - send: CAPABILITY/);
    const own = ['C: a LOGIN x y', 'S: a NO .*', 'C: b CREATE x', 'S: b BAD .*'];
    assert.match(steps(...own) ?? '', /^ - expect: OK - (?:send: LOGIN|authenticate:).* expect:.*NO.* - send: CREATE/);
    assert.match(steps('S: \\* OK .*', 'C: a NOOP', 'S: a OK .*') ?? '', /^ - expect: [^-]*- send: NOOP/);
    const smtp = importText(['C: HELO x\nS: 250.*'], { title: 'a', protocol: protocols.smtp });
    assert.match('text' in smtp ? smtp.text : '', /- expect: 220\n +- send: HELO x\n/);
  });

  it('knows whose a reply is where commands are sent at once', () => {
    const made = importText(
      [
        [
          ...[
            'S: 220 x',
            'C: ehlo a',
            'C: mail from:<a@b>',
            'C: data',
            'S: 250.*',
            'S: 250-AUTH LOGIN',
            'S: 250 STARTTLS',
          ],
          ...['S: 250 2.1.0 Sender OK', 'S: 354 Go on', 'C: x', 'C: .', 'S: 250 taken'],
        ].join('\n'),
      ],
      { title: 'a', server: 'mx', loose: true },
    );
    const steps = 'text' in made ? made.text.split('dialogue:\n')[1]?.replace(/\s+/g, ' ') : '';
    const commands = '- send: ehlo a expect: 250 - send: mail from:<a@b> expect: 250 - send: data expect: 354';
    assert.equal(steps, ` - expect: 220 ${commands} - message: | x expect: 250 `);
  });

  it('expects challenges of ManageSieve', () => {
    const lines = 'C: AUTHENTICATE "PLAIN"\nS: ""\nC: "AGEAYg=="\nS: NO .*\nC: LOGOUT\nS: OK.*';
    const made = importText([lines], { title: 'a', server: 'sieve', protocol: protocols.sieve });
    assert.match('text' in made ? made.text : '', /- send: AUTHENTICATE "PLAIN"\n +expect: \+\n/);
  });

  it('expects only statuses of another server', () => {
    const lines = [
      'C: a SELECT x',
      'S: \\* 1 EXISTS',
      'S: a OK \\[READ-WRITE\\] SELECT completed.',
      'C: b X',
      'S: b BAD .*',
    ];
    assert.match(imported(lines, true).text, /- send: SELECT x\n +expect: OK\n +- send: X\n +expect: BAD\n/);
    assert.match(imported(lines).text, /EXISTS[\s\S]*SELECT completed/);
  });

  it('has literals, synchronizing or not, and what follows them', () => {
    const { text, unread } = imported([
      ...['C: a APPEND x {3}', 'S: \\+ .*', 'C: hey', 'S: a OK .*'],
      ...['C: b APPEND x {5+}', 'C: abc', 'C:', 'S: b OK .*', 'C: c APPEND x {99999}', 'S: c NO .*'],
    ]);
    assert.equal(unread, 0, text);
    const flat = text.replace(/\s+/g, ' ');
    assert.match(flat, /- literal: .?abc\\r\\n.? plus: true/);
    assert.match(flat, /- literal: hey/);
    assert.match(flat, /send: APPEND x \{99999\}/);
  });

  it('keeps comments, pauses and absent words, and counts only what it cannot write', () => {
    const { text, unread } = imported([
      ...['######', '# Licensed #', '######', 'S: \\* OK .*', 'LOG INFO Waiting', 'WAIT 10000', 'TIMER start x'],
      ...['C: a CAPABILITY', 'S: ^((?!CONDSTORE).)*$', 'S: a OK .*'],
    ]);
    assert.equal(unread, 0, text);
    assert.match(text, /# Licensed\n[\s\S]*# Waiting\n +- wait: 10000ms\n[\s\S]*- none: \/CONDSTORE\//);
    const awaiting = imported(['S: \\* OK .*', 'AWAIT', 'C: a NOOP', 'S: a OK .*']);
    assert.equal(awaiting.unread, 1);
    assert.match(awaiting.text, /# AWAIT\n/);
  });

  it('expects the size of a literal, and leaves out what RE2 has not', () => {
    const { text } = imported(['C: a FETCH 1 (BODY[])', 'S: \\* 1 FETCH \\(BODY\\[\\] {1564}', 'S: a OK .*']);
    assert.match(text, /\\\{1564\\\}/);
    const broken = imported(['C: a NOOP', 'S: \\* (?=x)y', 'S: a OK (?<!b)c', 'C: b NOOP', 'S: x{2000}']);
    assert.equal(broken.unread, 3, broken.text);
    assert.match(broken.text, /# RE2 has no such pattern.*\(\?=x\)y/);
    assert.match(broken.text, /send: NOOP\n +expect:\n +status: OK\n/);
    assert.match(broken.text, /within: 10s/);
  });
});
