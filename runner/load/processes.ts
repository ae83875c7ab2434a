import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { forget, heed } from '../transport/abort.ts';
import { mergeResults } from './merge.ts';
import type { Pace } from './pace.ts';
import type { LoadResult } from './result.ts';
import { type Progress, playShare, type ShareHost, type ShareRequest } from './share.ts';

/** Messages to a process. */
export type Order = { readonly kind: 'play'; readonly request: ShareRequest } | { readonly kind: 'stop' };

/** Messages from a process. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: LoadResult };

export interface LoadRequest extends Pick<ShareRequest, 'plan'> {
  readonly pace: Omit<Pace, 'share'>;
  readonly processes: number;
}

/** Runs a load in one or several processes, each with its part of the connections and the rate. */
export async function playLoad({ plan, pace, processes }: LoadRequest, host: ShareHost): Promise<LoadResult> {
  const shares = Array.from({ length: processes }, (_, index) => ({
    ...pace,
    connections: partOf(pace.connections, index, processes),
    share: { index, total: processes },
  }));
  const [own] = shares;
  if (processes === 1 && own !== undefined) return playShare({ plan, pace: own }, host);
  const children = shares.map(startChild);
  const stop = () => {
    for (const { tell } of children) tell({ kind: 'stop' });
  };
  try {
    await Promise.all(children.map(({ ready }) => ready));
    heed(host.signal, stop);
    children.forEach(({ tell }, index) => {
      tell({ kind: 'play', request: { plan, pace: shares[index] as Pace } });
    });
    const tellProgress = () => host.onProgress?.(sumOf(children.map(({ progress }) => progress())));
    for (const { child } of children) child.on('message', tellProgress);
    return mergeResults(await Promise.all(children.map(({ result }) => result)));
  } finally {
    forget(host.signal, stop);
    for (const { child } of children) if (child.connected) child.disconnect();
  }
}

/** Parts that differ by at most one. */
function partOf(whole: number, index: number, parts: number): number {
  return Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
}

function startChild() {
  // The plan contains maps and sets, which JSON cannot represent.
  const child = fork(join(packageRoot(), 'dist', 'load.cjs'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let latest: Progress = { passed: 0, errors: 0, running: 0 };
  child.on('message', (answer: Answer) => {
    if (answer.kind === 'progress') latest = answer.progress;
  });
  const [ready, result] = [answerOf(child, 'ready'), answerOf(child, 'result')];
  // Nothing awaits it if another process fails first.
  result.catch(() => undefined);
  return {
    child,
    ready,
    result: result.then((answer) => answer.result),
    progress: () => latest,
    tell: (order: Order) => void (child.connected && child.send(order)),
  };
}

function answerOf<Kind extends Answer['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<Answer, { readonly kind: Kind }>> {
  return new Promise((resolve, reject) => {
    child.on('message', (answer: Answer) => {
      if (isOf(answer, kind)) resolve(answer);
    });
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      reject(new Error(`A process of the load ended early, with ${signal ?? `status ${status}`}`));
    });
  });
}

function isOf<Kind extends Answer['kind']>(
  answer: Answer,
  kind: Kind,
): answer is Extract<Answer, { readonly kind: Kind }> {
  return answer.kind === kind;
}

function sumOf(all: readonly Progress[]): Progress {
  return all.reduce((sum, { passed, errors, running }) => ({
    passed: sum.passed + passed,
    errors: sum.errors + errors,
    running: sum.running + running,
  }));
}
