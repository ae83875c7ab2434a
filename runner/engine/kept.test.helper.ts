import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { type Played, type PlayOptions, play } from '../../fixtures/testing/play.ts';

/** A scenario to run, or `measure` for what the results of all that ran keep. */
export type Task = 'measure' | { readonly text: string; readonly options: PlayOptions };

/** What the thread itself needs changes by less. */
const falls = 64 * 1024;

const collect: () => void = runInNewContext('gc');

function used(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** What connections had is free after a few collections. */
async function settled(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let rounds = 0; rounds < 3; rounds++) {
    await turns();
    const now = used();
    if (now < least - falls) rounds = 0;
    least = Math.min(least, now);
  }
  return least;
}

// The thread that `kept.test.ts` starts: it runs scenarios, and measures what becomes free without each one's results.
const played: (Played | undefined)[] = [];
parentPort?.on('message', async (task: Task) => {
  if (task !== 'measure') {
    const latest = await play(task.text, task.options);
    played.push(latest);
    parentPort?.postMessage(latest.results[0]?.outcome);
    return;
  }
  let before = await settled();
  const octets: number[] = [];
  for (const index of played.keys()) {
    played[index] = undefined;
    const now = used();
    octets.push(before - now);
    before = now;
  }
  played.length = 0;
  parentPort?.postMessage(octets);
});
