import assert from 'node:assert/strict';
import type { Written } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import { createSieveParser } from '../protocol/sieve.ts';
import type { ScenarioResult } from '../result.ts';
import { label, type Observed } from './observe.ts';
import { ask, end, gate, rest, silence } from './probe.ts';
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

  it('keeps silence, and does not say what a server may send at any time', () => {
    const waits = [{ send: 'NOOP', expect: 'OK' }, { expect: silence('4s') }];
    const quiet: Seen = { kind: 'nothing' };
    assert.deepEqual(stepsOf(waits, quiet), [waits[0], { expect: { nothing: '4s' } }]);
    assert.equal(outcomeOf(waits, said('OK\r\n')).kind, 'left out');
  });

  it('keeps a reply after which the connection stays', () => {
    assert.deepEqual(settled(said('NO "too long"\r\n'), said('NO "too long"\r\n')), [
      { send: 'NOOP', expect: { status: 'NO', text: 'too long' } },
    ]);
    assert.deepEqual(
      settled(said('OK\r\n'), closed),
      'it was different each time: the reply to NOOP differs: "OK" and the end of the connection',
    );
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

  describe('after a long command', () => {
    const silent: Seen = { kind: 'nothing' };
    const no = said('NO "too long"\r\n');
    const unknown = said('NO "unknown"\r\n');
    const expected = { send: 'NOOP', expect: { status: 'NO', text: 'too long' } };
    const long = (isLossy = false) => [
      { send: 'NOOP', expect: end({ not: 'OK' }, isLossy) },
      { expect: rest },
      { expect: rest },
    ];

    it('records a refusal after which nothing comes, and proves that', () => {
      const outcome = outcomeOf(long(), no, silent);
      assert.ok(outcome.kind === 'settled');
      assert.deepEqual(outcome.settled.steps, [expected]);
      assert.deepEqual(outcome.settled.labelled.at(-1), { name: label(1), expect: 'nothing' });
    });

    it('accepts the end as well if the server ends the connection after its refusal', () => {
      assert.deepEqual(stepsOf(long(), no, closed), either);
      assert.deepEqual(stepsOf(long(), closed), either);
      // The next connection's greeting.
      assert.deepEqual(stepsOf(long(), closed, said('OK "ready"\r\n'), silent), either);
    });

    it('records the reply to the rest, which the server read as another command', () => {
      assert.deepEqual(stepsOf(long(), no, unknown, silent), [expected, { expect: { status: 'NO', text: 'unknown' } }]);
    });

    it('leaves it out, and says why, if there are several such replies or the connection ends', () => {
      const why = 'the server reads the rest of the command as further commands';
      for (const last of [unknown, closed]) assert.equal(stepsOf(long(), no, unknown, last), why);
    });

    it('leaves out a refusal that may be lost because so much is sent, and keeps an acceptance', () => {
      const why = 'the command is so long that its refusal may be lost';
      for (const seen of [[no, silent], [no, unknown, silent], [closed]])
        assert.equal(stepsOf(long(true), ...seen), why);
      assert.deepEqual(stepsOf(long(true), said('OK\r\n'), silent), [
        { send: 'NOOP', expect: { status: 'OK', text: { length: 0 } } },
      ]);
    });

    it('needs one observation in which the reply came in time', () => {
      const observedIn = (...seen: readonly Seen[]): Observed => ({
        result: { violations: [] } as unknown as ScenarioResult,
        scenarioId: 'run-1a',
        seen: new Map(seen.map((each, index) => [index, each])),
      });
      const outcome = settle(
        { file: 'a', name: 'a', steps: long() },
        [observedIn(no, silent), observedIn(no, unknown)],
        {
          names: new Map(),
          secrets: new Map(),
        },
      );
      assert.deepEqual(outcome.kind === 'settled' && outcome.settled.steps, [
        expected,
        { expect: { status: 'NO', text: 'unknown' } },
      ]);
    });
  });
});
