import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Durations } from '../durations.ts';
import type { Scenario } from '../plan.ts';
import { takeShard } from './shard.ts';

/** Only those parts of a scenario that affect sharding. */
function scenario(
  id: string,
  index: number,
  exclusive: readonly string[] = [],
  shared: readonly string[] = [],
): Scenario {
  return { id, index, exclusive, shared } as unknown as Scenario;
}

const none: Durations = new Map();

describe('takeShard()', () => {
  const some = fc
    .uniqueArray(
      fc.record({
        id: fc.string({ minLength: 1 }),
        exclusive: fc.subarray(['a', 'b', 'c']),
        shared: fc.subarray(['a', 'b', 'c']),
        duration: fc.option(fc.nat(1000)),
      }),
      { selector: ({ id }) => id },
    )
    .map((rows) => ({
      scenarios: rows.map(({ id, exclusive, shared }, at) => scenario(id, at, exclusive, shared)),
      durations: new Map(rows.flatMap(({ id, duration }) => (duration === null ? [] : [[id, duration] as const]))),
    }));
  const all = (scenarios: readonly Scenario[], total: number, durations: Durations) =>
    Array.from({ length: total }, (_empty, at) => takeShard(scenarios, { index: at + 1, total }, durations));

  it('puts every scenario into exactly one shard, in order', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 9 }), ({ scenarios, durations }, total) => {
        const shards = all(scenarios, total, durations);
        assert.deepEqual(
          shards.flatMap(({ shard }) => shard.positions).sort((a, b) => a - b),
          scenarios.map((_each, at) => at),
        );
        for (const { scenarios: own, shard } of shards) {
          assert.deepEqual(
            own.map(({ id }) => id),
            shard.positions.map((at) => scenarios[at]?.id),
          );
          assert.deepEqual(
            own.map(({ index }) => index),
            own.map((_each, at) => at),
          );
          assert.deepEqual(
            [...shard.positions],
            [...shard.positions].sort((a, b) => a - b),
          );
        }
        assert.equal(new Set(shards.map(({ shard }) => shard.fingerprint)).size, 1);
      }),
    );
  });

  it('puts the same ones together when files come in another order', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 5 }), ({ scenarios, durations }, total) => {
        const ids = (list: readonly Scenario[]) =>
          all(list, total, durations).map((each) => each.scenarios.map(({ id }) => id).sort());
        assert.deepEqual(ids([...scenarios].reverse()), ids(scenarios));
      }),
    );
  });

  it('keeps what shares a resource together', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 2, max: 5 }), ({ scenarios, durations }, total) => {
        for (const resource of ['a', 'b', 'c']) {
          const holding = all(scenarios, total, durations).filter((each) =>
            each.scenarios.some(({ exclusive, shared = [] }) => [...exclusive, ...shared].includes(resource)),
          );
          assert.ok(holding.length <= 1);
        }
      }),
    );
  });

  it('balances by number, and by durations where there are any', () => {
    const scenarios = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, at) => scenario(id, at));
    assert.deepEqual(
      all(scenarios, 3, none).map(({ scenarios: own }) => own.length),
      [2, 2, 2],
    );
    const durations = new Map([
      ['d', 500],
      ['a', 100],
      ['b', 100],
      ['c', 100],
      ['e', 100],
      ['f', 100],
    ]);
    assert.deepEqual(
      all(scenarios, 2, durations).map(({ scenarios: own }) => own.map(({ id }) => id).join('')),
      ['d', 'abcef'],
    );
  });

  it('balances a renamed scenario by what it took under its former name', () => {
    const scenarios = ['a', 'b', 'c'].map((id, at) => ({ ...scenario(id, at), formerIds: [`old ${id}`] }));
    const durations = new Map([
      ['old c', 500],
      ['a', 100],
      ['old b', 100],
    ]);
    assert.deepEqual(
      all(scenarios, 2, durations).map(({ scenarios: own }) => own.map(({ id }) => id).join('')),
      ['c', 'ab'],
    );
  });

  it('has another fingerprint when the selection or the durations are others', () => {
    const scenarios = ['a', 'b', 'c'].map((id, at) => scenario(id, at));
    const of = (list: readonly Scenario[], durations: Durations) =>
      takeShard(list, { index: 1, total: 2 }, durations).shard.fingerprint;
    assert.notEqual(of(scenarios, none), of(scenarios.slice(1), none));
    assert.notEqual(
      of(scenarios, none),
      of(
        scenarios,
        new Map([
          ['c', 1000],
          ['a', 1],
          ['b', 1],
        ]),
      ),
    );
  });
});
