import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Durations } from '../durations.ts';
import type { Scenario } from '../plan.ts';
import { startOrder as orderOf } from './order.ts';
import { schedule } from './scheduler.ts';

type Needed = {
  readonly id?: string;
  readonly exclusive?: readonly string[];
  readonly server?: string;
  readonly max?: number;
  readonly provokes?: readonly string[];
  readonly skip?: string;
};

/** Only those parts of a scenario that affect when it starts. */
function scenario(index: number, needed: Needed = {}): Scenario {
  const { id = `s${index}`, exclusive = [], server, max, provokes = [], skip } = needed;
  const target = { label: server, url: 'smtp://192.0.2.1', options: { maxConnections: max } };
  const connections = new Map(server === undefined ? [] : [['', target]]);
  return { index, id, exclusive, provokes, connections, ...(skip && { skip }) } as unknown as Scenario;
}

const startOrder = (scenarios: readonly Scenario[], durations?: Durations) =>
  orderOf(scenarios, { parallel: 4, durations });

const numbersOf = (scenarios: readonly Scenario[]) => scenarios.map(({ index }) => index);

/** The duration of a run by a simulated clock, if each scenario takes as long as before. */
async function spanOf(scenarios: readonly Scenario[], parallel: number, took: Durations): Promise<number> {
  let now = 0;
  const ends: { readonly at: number; readonly end: () => void }[] = [];
  const done = schedule(
    scenarios,
    parallel,
    ({ id }) => new Promise((resolve) => ends.push({ at: now + (took.get(id) ?? 0), end: () => resolve(undefined) })),
    () => true,
  );
  while (ends.length > 0) {
    ends.sort((one, other) => one.at - other.at);
    const next = ends.shift();
    now = next?.at ?? now;
    next?.end();
    await new Promise(setImmediate);
  }
  await done;
  return now;
}

describe('startOrder()', () => {
  it('starts those that must wait for each other first, the longest queue before all', () => {
    const queue = { exclusive: ['queue'] };
    const scenarios = [
      scenario(0),
      scenario(1, { exclusive: ['log'] }),
      scenario(2, queue),
      scenario(3, { exclusive: ['queue', 'inbox'] }),
      scenario(4),
    ];
    assert.deepEqual(numbersOf(startOrder(scenarios)), [2, 3, 1, 0, 4]);
    assert.deepEqual(numbersOf(startOrder(scenarios, new Map([['s1', 300]]))), [1, 2, 3, 0, 4]);
  });

  it('counts nothing for what is shared', () => {
    const shared = { ...scenario(0), shared: ['queue'] };
    const scenarios = [shared, scenario(1, { exclusive: ['log'] }), scenario(2, { exclusive: ['queue'] })];
    assert.deepEqual(numbersOf(startOrder(scenarios)), [1, 2, 0]);
  });

  it('starts one for each server before all others, unless it is skipped or provokes', () => {
    const scenarios = [
      scenario(0, { server: 'mx' }),
      scenario(1, { server: 'mx' }),
      scenario(2, { server: 'imap', skip: 'never' }),
      scenario(3, { server: 'imap', provokes: ['failed-login'] }),
      scenario(4, { server: 'imap' }),
      scenario(5, { server: 'pop3' }),
      scenario(6, { server: 'pop3', exclusive: ['mailbox'] }),
      scenario(7, { server: 'pop3', exclusive: ['mailbox'] }),
    ];
    assert.deepEqual(numbersOf(startOrder(scenarios)), [6, 0, 4, 7, 1, 2, 3, 5]);
  });

  it('starts those of a server that bears few connections before others, by what they take together', () => {
    const scenarios = [
      scenario(0),
      scenario(1, { exclusive: ['queue'] }),
      scenario(2, { server: 'mx', max: 1 }),
      scenario(3, { server: 'mx', max: 1 }),
    ];
    assert.deepEqual(numbersOf(startOrder(scenarios)), [2, 3, 1, 0]);
  });

  it('starts early enough what took long, also under a former name, and leaves the others in their order', () => {
    const took: Durations = new Map([
      ['s1', 200],
      ['before', 900],
      ['s3', 200],
      ['of another project', 5000],
    ]);
    const renamed = { ...scenario(2), formerIds: ['before'] };
    const scenarios = [scenario(0), scenario(1), renamed, scenario(3), scenario(4)];
    assert.deepEqual(numbersOf(startOrder(scenarios, took)), [0, 2, 1, 3, 4]);
  });

  it('keeps the order of the plan where there is nothing to go by', () => {
    const scenarios = [scenario(0), scenario(1, { server: 'mx' }), scenario(2)];
    assert.deepEqual(startOrder(scenarios), scenarios);
  });

  it('has every scenario once, in the same order each time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ exclusive: fc.subarray(['a', 'b']), took: fc.option(fc.nat(3000)) })),
        (rows) => {
          const scenarios = rows.map(({ exclusive }, index) => scenario(index, { exclusive }));
          const took = new Map(rows.flatMap((row, index) => (row.took === null ? [] : [[`s${index}`, row.took]])));
          const ordered = startOrder(scenarios, took);
          assert.deepEqual(startOrder(scenarios, took), ordered);
          assert.deepEqual(new Set(ordered), new Set(scenarios));
          assert.equal(ordered.length, scenarios.length);
        },
      ),
    );
  });

  it('starts no long scenario earlier than it must', () => {
    const took = new Map(
      Array.from({ length: 40 }, (_, index) => [`s${index}`, index % 2 === 0 ? 1000 : 100] as const),
    );
    const scenarios = Array.from({ length: 40 }, (_, index) => scenario(index));
    const order = numbersOf(startOrder(scenarios, took));
    const inOrder = scenarios.map(({ index }) => index);
    assert.deepEqual(order.slice(0, 30), inOrder.slice(0, 30));
    assert.notDeepEqual(order, inOrder);
  });

  it('leaves no long scenario for the end of a run', async () => {
    const took: Durations = new Map([
      ...Array.from({ length: 40 }, (_, index) => [`s${index}`, 100] as const),
      ['s40', 2000],
    ]);
    const scenarios = Array.from({ length: 41 }, (_, index) => scenario(index));
    assert.equal(await spanOf(startOrder(scenarios), 4, took), 3000);
    assert.equal(await spanOf(startOrder(scenarios, took), 4, took), 2000);
  });
});
