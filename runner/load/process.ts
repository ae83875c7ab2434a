// One of several processes of a load: `dist/load.cjs`, which `processes.ts` starts.
import type { Answer, Order } from './processes.ts';
import { playShare } from './share.ts';

const controller = new AbortController();
const stop = () => controller.abort();

function answer(message: Answer): void {
  if (process.connected) process.send?.(message);
}

// Ctrl-C reaches all processes of a terminal; the main process says when to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Nothing waits for the result any more.
process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  if (order.kind === 'stop') stop();
  else
    void playShare(order.request, {
      clock: () => performance.now(),
      wall: () => Date.now(),
      signal: controller.signal,
      onProgress: (progress) => answer({ kind: 'progress', progress }),
    }).then((result) => answer({ kind: 'result', result }));
});
answer({ kind: 'ready' });
