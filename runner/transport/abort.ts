import { byIdentity } from '../by-identity.ts';

/**
 * One listener for each signal, however many connections use it: adding to a set is cheaper, and Node warns of an
 * eleventh listener.
 */
const callbacksOf = byIdentity((signal: AbortSignal): Set<() => void> => {
  const callbacks = new Set<() => void>();
  signal.addEventListener(
    'abort',
    () => {
      for (const each of callbacks) each();
      callbacks.clear();
    },
    { once: true },
  );
  return callbacks;
});

/** Calls back when the signal aborts; at once if it has already. */
export function heed(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) {
    callback();
  } else callbacksOf(signal).add(callback);
}

export function forget(signal: AbortSignal, callback: () => void): void {
  callbacksOf(signal).delete(callback);
}

/** How many callbacks a signal has. @internal A test checks that none are left. */
export function heeding(signal: AbortSignal): number {
  return callbacksOf(signal).size;
}
