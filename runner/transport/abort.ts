import { byIdentity } from '../by-identity.ts';

/**
 * One listener a signal, however many connections heed it: adding to a set costs less, and Node warns of the eleventh
 * listener.
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

/** Calls back when the signal aborts, at once if it has. */
export function heed(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) {
    callback();
  } else callbacksOf(signal).add(callback);
}

export function forget(signal: AbortSignal, callback: () => void): void {
  callbacksOf(signal).delete(callback);
}

/** How many heed the signal. @internal A test counts those that are left. */
export function heeding(signal: AbortSignal): number {
  return callbacksOf(signal).size;
}
