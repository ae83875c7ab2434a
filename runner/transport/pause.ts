import { forget, heed } from './abort.ts';

/** Resolves after `ms`. Rejects when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('interrupted'));
    const timer = setTimeout(() => {
      forget(signal, stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(new Error('interrupted'));
    };
    heed(signal, stop);
  });
}

/**
 * Lets the event loop turn, so that timers and sockets are served even if nothing else waits. Rejects when the signal
 * aborts.
 */
export function turn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => (signal.aborted ? reject(new Error('interrupted')) : resolve()));
  });
}
