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
});
