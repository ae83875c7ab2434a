import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Inbox } from './inbox.ts';

describe('Inbox', () => {
  it('gives what was added, in order, and never writes over what was taken', () => {
    const pieces = fc.array(fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.nat(30)), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (all) => {
        const inbox = new Inbox();
        const taken: Buffer[] = [];
        for (const [octets, length] of all) {
          inbox.add(Buffer.from(octets));
          taken.push(inbox.take(length));
        }
        taken.push(inbox.take());
        assert.equal(inbox.length, 0);
        assert.deepEqual(Buffer.concat(taken), Buffer.concat(all.map(([octets]) => octets)));
      }),
    );
  });
});
