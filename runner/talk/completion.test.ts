import assert from 'node:assert/strict';
import { protocols } from '../protocol/protocols.ts';
import { completions } from './completion.ts';

describe('completions()', () => {
  const advertised = new Map<string, readonly string[]>([
    ['SIZE', ['1000']],
    ['PIPELINING', []],
    ['SMTPUTF8', []],
    ['AUTH', ['PLAIN', 'LOGIN']],
  ]);
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['eh', ['EHLO ']],
    ['MAI', ['MAIL FROM:']],
    ['qu', ['QUIT']],
    ['H', ['HELO', 'HELP']],
    ['auth pl', ['AUTH PLAIN']],
    ['auth p', ['AUTH PLAIN']],
    ['MAIL FROM:<a@b.example> si', ['MAIL FROM:<a@b.example> SIZE']],
    ['MAIL FROM:<a@b.example> S', ['MAIL FROM:<a@b.example> SIZE', 'MAIL FROM:<a@b.example> SMTPUTF8']],
    ['MAIL FROM:<a@b.example> ', []],
    ['XX', []],
    ['.st', ['.starttls']],
  ];
  for (const [line, found] of rows)
    it(`completes "${line}" to ${found.length === 0 ? 'nothing' : found.join(', ')}`, () => {
      const words = completions(line, protocols.smtp, advertised, ['starttls', 'auth']);
      assert.deepEqual(words, found);
    });
});
