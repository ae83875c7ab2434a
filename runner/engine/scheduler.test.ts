import assert from 'node:assert/strict';
import type { Scenario } from '../plan.ts';
import { schedule } from './scheduler.ts';

type Needed = {
  readonly exclusive?: readonly string[];
  readonly shared?: readonly string[];
  readonly server?: string;
  readonly max?: number;
  readonly connections?: number;
  readonly url?: string;
  readonly provokes?: readonly string[];
  readonly skip?: string;
};

function scenario(index: number, needed: Needed = {}): Scenario {
  const {
    exclusive = [],
    shared = [],
    server,
    max,
    connections = 1,
    url = 'smtp://192.0.2.1',
    provokes = [],
    skip,
  } = needed;
  const target = { label: server ?? '', url, options: { maxConnections: max } };
  const entries =
    server === undefined ? [] : Array.from({ length: connections }, (_, number) => [String(number), target]);
  const map = new Map(entries as [string, unknown][]);
  return { index, exclusive, shared, provokes, connections: map, ...(skip && { skip }) } as unknown as Scenario;
}

/** Runs scenarios that end on request, so that a test can see which ones are running. */
function stage(scenarios: readonly Scenario[], parallel: number, more: () => boolean = () => true) {
  const running = new Map<number, () => void>();
  const started: number[] = [];
  const done = schedule(
    scenarios,
    parallel,
    ({ index }) =>
      new Promise<undefined>((resolve) => {
        started.push(index);
        running.set(index, () => {
          running.delete(index);
          resolve(undefined);
        });
      }),
    more,
  );
  const end = async (index: number) => {
    running.get(index)?.();
    await new Promise(setImmediate);
  };
  return { started, running, done, end };
}

describe('schedule()', () => {
  it('starts in order and keeps at most so many going', async () => {
    const play = stage(
      [0, 1, 2, 3].map((index) => scenario(index)),
      2,
    );
    assert.deepEqual(play.started, [0, 1]);
    await play.end(1);
    assert.deepEqual(play.started, [0, 1, 2]);
    await play.end(0);
    await play.end(2);
    await play.end(3);
    assert.deepEqual(await play.done, []);
    assert.deepEqual(play.started, [0, 1, 2, 3]);
  });

  it('never plays two that share an exclusive resource, and lets others overtake', async () => {
    const play = stage([scenario(0, { exclusive: ['inbox'] }), scenario(1, { exclusive: ['inbox'] }), scenario(2)], 3);
    assert.deepEqual(play.started, [0, 2]);
    await play.end(2);
    assert.deepEqual(play.started, [0, 2]);
    await play.end(0);
    assert.deepEqual(play.started, [0, 2, 1]);
    await play.end(1);
    await play.done;
  });

  it('plays together what shares a resource, and never beside one that has it to itself', async () => {
    const play = stage(
      [
        scenario(0, { shared: ['inbox'] }),
        scenario(1, { exclusive: ['inbox'] }),
        scenario(2, { shared: ['inbox'], exclusive: ['script'] }),
        scenario(3, { exclusive: ['inbox'], shared: ['inbox'] }),
        scenario(4, { exclusive: ['script'] }),
      ],
      8,
    );
    assert.deepEqual(play.started, [0, 2]);
    await play.end(0);
    assert.deepEqual(play.started, [0, 2]);
    await play.end(2);
    assert.deepEqual(play.started, [0, 2, 1, 4]);
    await play.end(1);
    assert.deepEqual(play.started, [0, 2, 1, 4, 3]);
    await play.end(3);
    await play.end(4);
    assert.deepEqual(await play.done, []);
  });

  it('plays what provokes a host after everything else there, and alone', async () => {
    const provoking = { server: 'it', provokes: ['failed-login'] };
    const play = stage(
      [
        scenario(0, provoking),
        scenario(1, { ...provoking, url: 'imaps://192.0.2.1:9993' }),
        scenario(2, { server: 'it' }),
        scenario(3, { server: 'it', url: 'pop3://192.0.2.1' }),
        scenario(4, { ...provoking, url: 'smtp://192.0.2.2' }),
        scenario(5, { server: 'it', skip: 'never' }),
      ],
      8,
    );
    assert.deepEqual(play.started, [2, 3, 4, 5]);
    await play.end(2);
    assert.deepEqual(play.started, [2, 3, 4, 5]);
    await play.end(3);
    assert.deepEqual(play.started, [2, 3, 4, 5, 0]);
    await play.end(0);
    assert.deepEqual(play.started, [2, 3, 4, 5, 0, 1]);
    for (const index of [1, 4, 5]) await play.end(index);
    assert.deepEqual(await play.done, []);
  });

  it('plays errors side by side and beside a failed login, after what needs the host to itself', async () => {
    const provoking = (index: number, ...provokes: readonly string[]) => scenario(index, { server: 'it', provokes });
    const play = stage(
      [
        provoking(0, 'errors'),
        provoking(1, 'failed-login'),
        provoking(2, 'failed-login'),
        provoking(3, 'rate-limit'),
        provoking(4, 'errors', 'tarpit'),
        provoking(5, 'errors'),
        scenario(6, { server: 'it' }),
      ],
      8,
    );
    assert.deepEqual(play.started, [6]);
    await play.end(6);
    assert.deepEqual(play.started, [6, 3]);
    await play.end(3);
    assert.deepEqual(play.started, [6, 3, 4]);
    await play.end(4);
    assert.deepEqual(play.started, [6, 3, 4, 0, 1, 5]);
    await play.end(1);
    assert.deepEqual(play.started, [6, 3, 4, 0, 1, 5, 2]);
    for (const index of [0, 2, 5]) await play.end(index);
    assert.deepEqual(await play.done, []);
  });

  it('keeps what provokes a host that is not known yet apart from all others', async () => {
    const captured = { parts: ['smtp://', { name: 'host' }] } as unknown as string;
    const play = stage(
      [scenario(0, { server: 'it', url: captured, provokes: ['errors'] }), scenario(1, { server: 'it' })],
      8,
    );
    assert.deepEqual(play.started, [1]);
    await play.end(1);
    assert.deepEqual(play.started, [1, 0]);
    await play.end(0);
    await play.done;
  });

  it('counts the connections of a server that bears only so many', async () => {
    const play = stage(
      [
        scenario(0, { server: 'mx', max: 3, connections: 2 }),
        scenario(1, { server: 'mx', max: 3, connections: 2 }),
        scenario(2, { server: 'mx', max: 3 }),
      ],
      8,
    );
    assert.deepEqual(play.started, [0, 2]);
    await play.end(2);
    assert.deepEqual(play.started, [0, 2]);
    await play.end(0);
    assert.deepEqual(play.started, [0, 2, 1]);
    await play.end(1);
    await play.done;
  });

  it('plays alone what needs more connections than the server bears', async () => {
    const play = stage(
      [scenario(0, { server: 'mx', max: 1, connections: 2 }), scenario(1, { server: 'mx', max: 1 })],
      8,
    );
    assert.deepEqual(play.started, [0]);
    await play.end(0);
    assert.deepEqual(play.started, [0, 1]);
    await play.end(1);
    await play.done;
  });

  it('gives back in order what it was told not to start', async () => {
    let more = true;
    const play = stage(
      [scenario(0, { exclusive: ['a'] }), scenario(1, { exclusive: ['a'] }), scenario(2), scenario(3)],
      2,
      () => more,
    );
    assert.deepEqual(play.started, [0, 2]);
    more = false;
    await play.end(0);
    await play.end(2);
    assert.deepEqual(
      (await play.done).map(({ index }) => index),
      [1, 3],
    );
  });

  it('ends at once when there is nothing to play', async () => {
    assert.deepEqual(await stage([], 8).done, []);
  });
});
