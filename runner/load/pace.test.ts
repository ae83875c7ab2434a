import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Pace, type Paced, pace, type Start } from './pace.ts';

interface Run extends Paced {
  readonly starts: readonly (Start & { readonly began: number; readonly ended: number })[];
  readonly mostInUse: number;
}

/** Runs a load by a simulated clock; `tookBy` is the duration of each scenario. */
async function simulated(
  request: Omit<Pace, 'share'> & Partial<Pick<Pace, 'share'>>,
  tookBy: (serial: number) => number,
  { stopAt = Number.POSITIVE_INFINITY, hopelessAfter = Number.POSITIVE_INFINITY, units = 1 } = {},
): Promise<Run> {
  let now = 0;
  const events: { readonly at: number; readonly call: () => void }[] = [];
  const at = (time: number, call: () => void) => {
    const event = { at: time, call };
    events.push(event);
    return () => void (events.includes(event) && events.splice(events.indexOf(event), 1));
  };
  const starts: Run['starts'][number][] = [];
  const controller = new AbortController();
  let inUse = 0;
  let mostInUse = 0;
  const paced = pace(
    { share: { index: 0, total: 1 }, ...request },
    {
      clock: () => now,
      signal: controller.signal,
      after: (ms, call) => at(now + ms, call),
      unitsOf: () => units,
      isHopeless: () => starts.length >= hopelessAfter,
      play: (start) =>
        new Promise((resolve) => {
          const ended = Math.min(now + tookBy(start.serial), Math.max(now, stopAt));
          starts.push({ ...start, began: now, ended });
          inUse += units;
          mostInUse = Math.max(mostInUse, inUse);
          at(ended, () => {
            inUse -= units;
            resolve();
          });
        }),
    },
  );
  if (Number.isFinite(stopAt)) at(stopAt, () => controller.abort());
  let isOver = false;
  void paced.then(() => {
    isOver = true;
  });
  while (!isOver) {
    // Handles everything that follows from the last event.
    for (let turns = 0; turns < 10; turns++) await Promise.resolve();
    if (isOver) break;
    const next = events.reduce((first, each) => (each.at < first.at ? each : first));
    events.splice(events.indexOf(next), 1);
    now = Math.max(now, next.at);
    next.call();
  }
  return { ...(await paced), starts, mostInUse };
}

describe('pace()', () => {
  it('starts on schedule while the server keeps up', async () => {
    const { starts, notStarted, waited } = await simulated({ rate: 50, duration: 1000, connections: 10 }, () => 100);
    assert.deepEqual(
      starts.map(({ began }) => began),
      Array.from({ length: 50 }, (_, index) => index * 20),
    );
    assert(starts.every(({ intended, began, late }) => intended === began && late === 0));
    assert.deepEqual({ notStarted, waited }, { notStarted: 0, waited: 0 });
  });

  it('counts from the intended start where a slow scenario holds up the next ones', async () => {
    // The first scenario takes a second, the others no time: with one connection, those due meanwhile start after it.
    const { starts, notStarted, waited } = await simulated({ rate: 10, duration: 2000, connections: 1 }, (serial) =>
      serial === 0 ? 1000 : 1,
    );
    assert.equal(starts.length, 20);
    assert.deepEqual(
      starts.slice(0, 3).map(({ intended, began }) => [intended, began]),
      [
        [0, 0],
        [100, 1000],
        [200, 1001],
      ],
    );
    // The delay was not this program's fault.
    assert(
      starts.every(({ late }) => late <= 10),
      JSON.stringify(starts),
    );
    assert.equal(notStarted, 0);
    assert.equal(waited, 10);
  });

  it('reports what did not start because all connections were in use until the end', async () => {
    const { starts, notStarted } = await simulated({ rate: 10, duration: 1000, connections: 2 }, () => 500);
    assert.equal(starts.length, 4);
    assert.equal(notStarted, 6);
  });

  it('starts the next scenario when one has ended, where there is no rate', async () => {
    const { starts, notStarted } = await simulated({ duration: 1000, connections: 3 }, () => 100);
    assert.equal(starts.length, 30);
    assert(starts.every(({ intended, began }) => intended === began));
    assert.equal(notStarted, 0);
  });

  it('ends early when it is interrupted or hopeless, and counts nothing as missing', async () => {
    const request = { rate: 10, duration: 60_000, connections: 5 };
    const interrupted = await simulated(request, () => 10, { stopAt: 1005 });
    assert.deepEqual([interrupted.starts.length, interrupted.notStarted], [11, 0]);
    const hopeless = await simulated(request, () => 10, { hopelessAfter: 7 });
    assert.deepEqual([hopeless.starts.length, hopeless.notStarted], [7, 0]);
  });

  it('never uses more connections than it may, and starts or reports everything that is due, whatever the share', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 10 }),
        async (rate, duration, connections, total, took) => {
          const serials: number[] = [];
          let missing = 0;
          for (let index = 0; index < total; index++) {
            const run = await simulated(
              { rate, duration, connections, share: { index, total } },
              (serial) => took[serial % took.length] ?? 0,
              { units: 2 },
            );
            assert(run.mostInUse <= connections, `${run.mostInUse} in use`);
            assert(run.starts.every(({ intended, began }) => began >= intended - 1e-6));
            serials.push(...run.starts.map(({ serial }) => serial));
            missing += run.notStarted;
          }
          assert.equal(new Set(serials).size, serials.length);
          assert.equal(serials.length + missing, Math.ceil(Math.round(rate * duration * 1000) / 1e6));
        },
      ),
      { numRuns: 100 },
    );
  });
});
