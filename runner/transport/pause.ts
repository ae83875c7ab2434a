import { forget, heed } from './abort.ts';

/** Rejects when the signal ends the wait. */
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
 * A turn of the event loop, in which timers and sockets get theirs: what never waits would keep them out.
 * Rejects when the signal ends the wait.
 */
export function turn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => (signal.aborted ? reject(new Error('interrupted')) : resolve()));
  });
}
