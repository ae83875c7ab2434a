import assert from 'node:assert/strict';
import type { Action, Looked } from '../headline.ts';
import type { Problem } from '../result.ts';
import { label } from './observe.ts';
import { ask, fields, reply } from './probe.ts';
import { wordsOf } from './reason.ts';

describe('wordsOf()', () => {
  const steps = [
    ask('NOOP'),
    { send: { raw: 'NOOP\r\n' }, expect: reply },
    { on: 'mx', certificate: {}, expect: fields('subject') },
  ];
  const words = (of: Action | Looked) => wordsOf({ headline: { kind: 'mismatch', of } } as unknown as Problem, steps);

  it('names what a step does instead of the name that it has during a run', () => {
    assert.equal(words({ kind: 'command', label: label(0), line: 'NOOP' }), 'NOOP: not the expected reply');
    assert.equal(words({ kind: 'command', label: label(1) }), 'the command: not the expected reply');
    assert.equal(words({ kind: 'check', label: label(2) }), 'certificate: not as expected');
  });
});
