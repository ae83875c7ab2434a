import assert from 'node:assert/strict';
import type { Written } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import { createSieveParser } from '../protocol/sieve.ts';
import type { ScenarioResult } from '../result.ts';
import { ask, end, gate } from './probe.ts';
import { settle } from './settle.ts';

function said(text: string): Seen {
  const parser = createSieveParser();
  parser.push(Buffer.from(text));
  const reply = parser.take();
  assert.ok(reply);
  return { kind: 'reply', reply, elapsed: 1 };
}

const closed: Seen = { kind: 'closed' };

describe('settle()', () => {
  const steps = [{ send: 'NOOP', expect: end({ not: 'OK' }, false) }];
  const settled = (...all: readonly Seen[]) => {
    const observed = all.map((seen) => ({
      result: { violations: [] } as unknown as ScenarioResult,
      scenarioId: 'run-1a',
      seen: new Map([[0, seen]]),
    }));
    const outcome = settle({ file: 'a', name: 'a', steps }, observed, { names: new Map(), secrets: new Map() });
    return outcome.kind === 'settled' ? outcome.settled.steps : outcome.why;
  };
  const either = [{ send: 'NOOP', expect: { one_of: ['closed', { not: 'OK' }] } }];

  it('accepts the end or its last words where a server ends the connection, whichever was read', () => {
    for (const seen of [
      [closed],
      [said('BYE "full"\r\n')],
      [closed, said('BYE "full"\r\n')],
      [said('NO "no"\r\n'), closed],
    ])
      assert.deepEqual(settled(...seen), either);
  });

  it('keeps a reply after which the connection stays', () => {
    assert.deepEqual(settled(said('NO "too long"\r\n'), said('NO "too long"\r\n')), [
      { send: 'NOOP', expect: { status: 'NO', text: 'too long' } },
    ]);
    assert.deepEqual(settled(said('OK\r\n'), closed), 'it was different each time');
  });

  it('accepts the end as well where so much is sent that the refusal may be lost', () => {
    const much = [{ send: 'NOOP', expect: end({ not: 'OK' }, true) }];
    assert.deepEqual(stepsOf(much, said('NO "too long"\r\n')), either);
    assert.deepEqual(stepsOf(much, said('OK\r\n')), [{ send: 'NOOP', expect: { status: 'OK', text: { length: 0 } } }]);
  });

  /** What one run observed for these steps, by the number of the open expectation. */
  const outcomeOf = (all: readonly Written[], ...seen: readonly Seen[]) =>
    settle(
      { file: 'a', name: 'a', steps: all },
      [
        {
          result: { violations: [] } as unknown as ScenarioResult,
          scenarioId: 'run-1a',
          seen: new Map(seen.map((each, index) => [index, each])),
        },
      ],
      { names: new Map(), secrets: new Map() },
    );
  const stepsOf = (all: readonly Written[], ...seen: readonly Seen[]) => {
    const outcome = outcomeOf(all, ...seen);
    return outcome.kind === 'settled' ? outcome.settled.steps : outcome.why;
  };

  it('ends with the refusal of what everything after it needs', () => {
    const message = [{ send: 'PUTSCRIPT', expect: gate }, { wait: '1s' }, ask('NOOP')];
    assert.deepEqual(stepsOf(message, said('NO "no"\r\n')), [
      { send: 'PUTSCRIPT', expect: { status: 'NO', text: 'no', within: '5s' } },
    ]);
    assert.deepEqual(stepsOf(message, said('OK\r\n'), said('OK\r\n')), [
      { send: 'PUTSCRIPT', expect: { status: 'OK', text: { length: 0 }, within: '5s' } },
      { wait: '1s' },
      { send: 'NOOP', expect: { status: 'OK', text: { length: 0 } } },
    ]);
  });

  it('leaves out what leads to something that was not seen', () => {
    assert.deepEqual(stepsOf([ask('NOOP'), { wait: '1s' }, ask('LISTSCRIPTS')], said('OK\r\n')), [
      { send: 'NOOP', expect: { status: 'OK', text: { length: 0 } } },
    ]);
  });

  it('says where a server may end the connection another time', () => {
    const mayEnd = (seen: Seen) => {
      const outcome = outcomeOf(steps, seen);
      return outcome.kind === 'settled' && outcome.settled.mayEnd;
    };
    assert.deepEqual([said('NO "no"\r\n'), said('OK\r\n'), said('BYE "full"\r\n'), closed].map(mayEnd), [
      true,
      false,
      false,
      false,
    ]);
  });
});
