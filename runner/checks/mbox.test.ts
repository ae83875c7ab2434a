import assert from 'node:assert/strict';
import { messagesOfMbox } from './mbox.ts';

const mbox = Buffer.from('From a\nA: 1\n\nx\n>From b\n\nFrom b\nB: 2\n\ny\n\n\nFrom c\nC: 3\n\nz\n');
const texts = (ends?: boolean) => messagesOfMbox(mbox, ends).map(String);

describe('runner/checks/mbox', () => {
  it('messagesOfMbox() leaves out the empty line that ends a message', () => {
    assert.deepEqual(texts(), ['A: 1\n\nx\nFrom b\n', 'B: 2\n\ny\n\n', 'C: 3\n\nz\n']);
  });

  it('messagesOfMbox() keeps it when asked', () => {
    assert.deepEqual(texts(true), ['A: 1\n\nx\nFrom b\n\n', 'B: 2\n\ny\n\n\n', 'C: 3\n\nz\n']);
  });
});
