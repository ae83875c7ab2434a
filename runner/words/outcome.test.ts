import assert from 'node:assert/strict';
import { noteWords } from './outcome.ts';

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
