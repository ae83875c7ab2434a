import assert from 'node:assert/strict';
import type { Seen } from '../engine/witness.ts';
import { createSieveParser } from '../protocol/sieve.ts';
import type { ScenarioResult } from '../result.ts';
import { end } from './probe.ts';
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
  const steps = [{ send: 'NOOP', expect: end({ not: 'OK' }) }];
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
});
