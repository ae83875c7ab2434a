import assert from 'node:assert/strict';
import { leftOutLines } from './left-out.ts';
import type { LeftOut } from './take.ts';

const left = (file: string, name: string, why: string, from?: string): LeftOut => ({
  ...{ probe: { file, name, steps: ['a', 'b', 'c'] }, why },
  ...(from !== undefined && { rest: { steps: 2, from } }),
});

describe('leftOutLines()', () => {
  it('has one line for what has a reason of its own', () => {
    assert.deepEqual(
      leftOutLines([left('mx', 'HELP', 'it timed out'), left('mx', 'VRFY', 'it was slow', 'VRFY bob')]),
      ['left out: mx › HELP: it timed out', 'left out: mx › VRFY, from "VRFY bob" on (2 of 3 steps): it was slow'],
    );
  });

  it('states a common reason once, with the names of each file, in the order of the files', () => {
    assert.deepEqual(
      leftOutLines([
        left('mx', 'VRFY, over TLS', 'not trusted'),
        left('mx', 'HELP', 'it timed out'),
        left('mx', 'EXPN, over TLS', 'not trusted'),
        left('mx', 'ETRN, over TLS', 'not trusted', 'ETRN b'),
        left('imap', 'ID, over TLS', 'not trusted'),
        left('imap', 'NOOP, over TLS', 'not trusted', 'NOOP'),
      ]),
      [
        'left out: 3 scenarios: not trusted',
        '  mx › VRFY, over TLS; EXPN, over TLS',
        '  imap › ID, over TLS',
        'left out: mx › HELP: it timed out',
        'left out: the last steps of 2 scenarios: not trusted',
        '  mx › ETRN, over TLS, from "ETRN b" on (2 of 3 steps)',
        '  imap › NOOP, over TLS, from "NOOP" on (2 of 3 steps)',
      ],
    );
  });

  it('makes orders to the terminal harmless', () => {
    assert.deepEqual(leftOutLines([left('mx', 'HELP', 'got "\x1b[2J"')]), ['left out: mx › HELP: got "\\x1b[2J"']);
  });
});
