import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { fastTime } from '../../fixtures/testing/fast-time.ts';
import { atDeadline, deadlinesBy, type Waiter } from './deadline.ts';

/** A separate clock, so that no other test uses the same timer. */
function ownClock(): () => number {
  return () => performance.now();
}

describe('deadlinesBy()', () => {
  const times = 8;
  fastTime(times);

  it('is the same for the same clock', () => {
    const clock = ownClock();
    assert.equal(deadlinesBy(clock), deadlinesBy(clock));
    assert.notEqual(deadlinesBy(clock), deadlinesBy(ownClock()));
  });

  it('calls every waiter when its deadline has passed, never before', async () => {
    const clock = ownClock();
    const deadlines = deadlinesBy(clock);
    const fired: string[] = [];
    let never: Waiter | undefined;
    await new Promise<void>((resolve) => {
      const waiterFor = (name: string, deadline: number): Waiter => {
        const waiter: Waiter = {
          expire(now) {
            if (now < deadline) return deadline;
            fired.push(name);
            deadlines.leave(waiter);
            if (fired.length === 3) resolve();
            return Number.POSITIVE_INFINITY;
          },
        };
        deadlines.join(waiter);
        deadlines.watch(deadline);
        return waiter;
      };
      const start = clock();
      waiterFor('late', start + 30);
      waiterFor('early', start + 10);
      waiterFor('between', start + 20);
      never = waiterFor('never', start + 3_600_000);
    });
    if (never !== undefined) deadlines.leave(never);
    // On a busy machine several are due at the same time; they fire in no particular order.
    assert.deepEqual(fired.toSorted(), ['between', 'early', 'late']);
  });

  it('gives as much time again, once, where the process was kept from running', async () => {
    let slept = 0;
    const clock = () => performance.now() + slept;
    const start = clock();
    const fired = new Promise<number>((resolve) => atDeadline(clock, start + 20, () => resolve(clock())));
    slept = 1100;
    assert.ok((await fired) >= start + 2200);
  });

  it('loses no answer that waited while the process was kept from running', async () => {
    const peer = createServer((socket) => socket.end('late')).listen(0, '127.0.0.1');
    await once(peer, 'listening');
    const socket = connect((peer.address() as AddressInfo).port, '127.0.0.1');
    const answer = new Promise<string>((resolve) => {
      socket.setEncoding('utf8').once('data', resolve);
      atDeadline(ownClock(), performance.now() + 10, () => resolve('too late'));
    });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200 / times);
    assert.equal(await answer, 'late');
    socket.destroy();
    peer.close();
  });

  it('has no timer when nobody waits', () => {
    const timers = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
    const before = timers();
    const clock = ownClock();
    const deadlines = deadlinesBy(clock);
    const waiter = { expire: () => Number.POSITIVE_INFINITY };
    deadlines.join(waiter);
    deadlines.watch(clock() + 1000);
    assert.equal(timers(), before + 1);
    deadlines.leave(waiter);
    assert.equal(timers(), before);
  });

  it('waits longer than a timer of Node can', () => {
    const clock = ownClock();
    const deadlines = deadlinesBy(clock);
    const waiter = { expire: () => assert.fail('too early') };
    deadlines.join(waiter);
    deadlines.watch(clock() + 1e12);
    deadlines.leave(waiter);
  });
});
