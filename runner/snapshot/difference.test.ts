import assert from 'node:assert/strict';
import type { Seen } from '../engine/witness.ts';
import { createImapParser } from '../protocol/imap.ts';
import { createSmtpParser } from '../protocol/smtp.ts';
import type { Value } from '../value.ts';
import { differenceWords } from './difference.ts';

const vocabulary = { names: new Map(), secrets: new Map([['s3cret-word', 'password']]) };

function said(text: string): Seen {
  const parser = createSmtpParser();
  parser.push(Buffer.from(text));
  const reply = parser.take();
  assert.ok(reply);
  return { kind: 'reply', reply, elapsed: 1 };
}

function fetched(part: string, text: string): Seen {
  const parser = createImapParser();
  parser.push(Buffer.from('* OK ready\r\n'));
  assert.ok(parser.take());
  parser.sent({ bytes: Buffer.from('a FETCH 1\r\n'), tag: 'a', as: 'command' });
  parser.push(Buffer.from(`* 1 FETCH (${part} {${text.length}}\r\n${text})\r\na OK done\r\n`));
  const reply = parser.take();
  assert.ok(reply);
  return { kind: 'reply', reply, elapsed: 1 };
}

const checked = (evidence: Readonly<Record<string, Value>>): Seen => ({ kind: 'check', evidence });

const words = (one: Seen, other: Seen, fields?: readonly string[]) =>
  differenceWords({ seen: one, vocabulary }, { seen: other, vocabulary }, fields);

describe('differenceWords()', () => {
  it('names the line of a reply, and shows both values', () => {
    assert.equal(
      words(said('250-mx.example\r\n250 SIZE 10\r\n'), said('250-mx.example\r\n250 SIZE 20\r\n')),
      'differs in line 2: "SIZE 10" and "SIZE 20"',
    );
    assert.equal(words(said('250 Ok\r\n'), said('451 Later\r\n')), 'differs: "250 Ok" and "451 Later"');
  });

  it('shows long texts from a little before where they depart, and not from their beginning', () => {
    const long = `250 2.0.0 ${'the same words, '.repeat(20)}`;
    assert.equal(
      words(said(`${long}abc\r\n`), said(`${long}def\r\n`)),
      'differs in its text: "…ds, the same words, abc" and "…ds, the same words, def"',
    );
  });

  it('does not mind ids, times and secrets, and shows no secret', () => {
    const at = (id: string, word: string) => said(`250 2.0.0 Ok: queued as ${id}, s3cret-word ${word}\r\n`);
    assert.equal(words(at('4F2C1A0B9D', 'x'), at('51AA1A0B9E', 'x')), undefined);
    assert.equal(
      words(at('4F2C1A0B9D', 'yes'), at('51AA1A0B9E', 'no')),
      'differs in its text: "…1A0B9D, ${password} yes" and "…1A0B9E, ${password} no"',
    );
  });

  it('names the field of a header that only one message has', () => {
    const header = (...lines: readonly string[]) => fetched('BODY[HEADER]', [...lines, '', ''].join('\r\n'));
    assert.equal(
      words(header('Subject: a'), header('Subject: a', 'X-Greylist: delayed', '\t7 seconds')),
      'differs in the field X-Greylist: nothing and "X-Greylist: delayed 7 seconds"',
    );
  });

  it('names the field of a result among those that are recorded', () => {
    const one = checked({ state: 'open', time: 1 });
    assert.equal(
      words(one, checked({ state: 'refused', time: 2 }), ['state']),
      'differs in state: "open" and "refused"',
    );
    assert.equal(words(one, checked({ state: 'open', time: 2 }), ['state']), undefined);
  });

  it('says what came if it was not of one kind', () => {
    assert.equal(words(said('250 Ok\r\n'), { kind: 'closed' }), 'differs: "250 Ok" and the end of the connection');
  });
});
