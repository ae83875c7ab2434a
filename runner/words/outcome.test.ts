import assert from 'node:assert/strict';
import type { SlowingNote } from '../run-event.ts';
import { noteWords, slowedWords } from './outcome.ts';

describe('a note about a server that slows clients down', () => {
  const rows: readonly (readonly [said: string, note: RegExp])[] = [
    [
      '450 4.7.1 Error: too much mail from 127.0.0.1',
      /^the server "mx" limits the messages from this address .*: raise that limit/,
    ],
    [
      '421 4.7.0 too many connections',
      /^the server "mx" limits connections from this address .*: give the server "connections/,
    ],
  ];
  for (const [said, note] of rows)
    it(`says what is limited: ${said}`, () => {
      const words = noteWords({ kind: 'connection limit', server: 'mx', said, perMinute: 5 });
      assert.match(words, note);
      assert.match(words, /"connections_per_minute: 5"/);
    });
});

describe('a line about a server for which the run begins to wait', () => {
  const rows: readonly (readonly [note: SlowingNote, words: string])[] = [
    [
      { kind: 'connection limit', server: 'mx', said: '421 Too many', perMinute: 1 },
      'mx: accepts 1 connection a minute; the run continues at that pace',
    ],
    [
      { kind: 'connection limit', server: 'mx', said: '421 Too many' },
      'mx: other clients have reached its limit; the run waits until it accepts more',
    ],
    [
      { kind: 'greylisting', server: 'mx', said: '450 Greylisted', isOver: false },
      'mx: defers mail from clients that it does not know (greylisting); the run waits until it accepts it',
    ],
    [
      { kind: 'login delay', server: 'pop3', said: '-ERR [LOGIN-DELAY]', isOver: false },
      'pop3: lets a user log in only so often; the run waits between the logins',
    ],
  ];
  for (const [note, words] of rows) it(words, () => assert.equal(slowedWords(note), words));
});
