import assert from 'node:assert/strict';
import { TransportError } from '../transport/transport.ts';
import { type Session, write, writeLimit } from './session.ts';

/** A session with only the parts that writing needs. */
function sessionOn(transportWrite: (octets: Buffer, deadline: number) => Promise<void>): Session {
  const target = { options: { timeout: 250 } };
  return { target, transport: { write: transportWrite }, unanswered: 0, abandoned: undefined } as unknown as Session;
}

describe('write()', () => {
  it('gives each piece of a long write a deadline of its own', async () => {
    const written: (readonly [octets: number, deadline: number])[] = [];
    let now = 0;
    const session = sessionOn(async (octets, deadline) => {
      written.push([octets.length, deadline]);
      now += 100;
    });
    await write(session, Buffer.alloc(600 * 1024), () => now + 250);
    assert.deepEqual(written, [
      [256 * 1024, 250],
      [256 * 1024, 350],
      [88 * 1024, 450],
    ]);
  });

  it('gives a long write the time that a slow link needs for all of it', async () => {
    const deadlines: number[] = [];
    const session = sessionOn(async (_octets, deadline) => void deadlines.push(deadline));
    await write(session, Buffer.alloc(300_000), () => 1000 + writeLimit(session, {}));
    assert.deepEqual(deadlines, [4250, 4250]);
    await write(session, Buffer.alloc(300_000), () => 1000 + writeLimit(session, { timeout: 250 }));
    assert.deepEqual(deadlines.slice(2), [1250, 1250]);
  });

  it('writes at once what has one deadline, and an empty text too', async () => {
    const written: number[] = [];
    const session = sessionOn(async (octets) => void written.push(octets.length));
    await write(session, Buffer.alloc(600 * 1024), 250);
    await write(session, Buffer.alloc(0), () => 250);
    assert.deepEqual(written, [600 * 1024, 0]);
  });

  it('leaves it to the next read to tell of a closed connection, and gives up one that takes nothing', async () => {
    const failing = (kind: 'closed' | 'timeout') =>
      sessionOn(() => Promise.reject(new TransportError(kind, 'write', `Cannot write: ${kind}`)));
    const closed = failing('closed');
    await write(closed, Buffer.from('x'), 1);
    assert.equal(closed.abandoned, undefined);
    const stuck = failing('timeout');
    await assert.rejects(async () => write(stuck, Buffer.from('x'), 1), /Cannot write: timeout/);
    assert.deepEqual(stuck.abandoned, { kind: 'message', message: 'Cannot write: timeout' });
  });
});
