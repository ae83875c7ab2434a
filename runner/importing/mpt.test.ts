import assert from 'node:assert/strict';
import { type Imported, importText } from './import.ts';

function imported(lines: readonly string[]): Imported {
  const made = importText([lines.join('\n')], { title: 'a', server: 'imap' });
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
      /send: NOOP expect: OK on: c1 - send: NOOP expect: OK on: c2 - close: .*on: c2/,
    );
    assert.match(text, /connections/);
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
