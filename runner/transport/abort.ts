const callbacks = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when the signal aborts, at once if it has. One listener a signal, however many connections heed it:
 * adding to a set costs less, and Node warns of the eleventh listener.
 */
export function heed(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) {
    callback();
    return;
  }
  let heeding = callbacks.get(signal);
  if (heeding === undefined) {
    const added = new Set<() => void>();
    signal.addEventListener(
      'abort',
      () => {
        for (const each of added) each();
        added.clear();
      },
      { once: true },
    );
    callbacks.set(signal, added);
    heeding = added;
  }
  heeding.add(callback);
}

export function forget(signal: AbortSignal, callback: () => void): void {
  callbacks.get(signal)?.delete(callback);
}

/** How many heed the signal. @internal A test counts those that are left. */
export function heeding(signal: AbortSignal): number {
  return callbacks.get(signal)?.size ?? 0;
}
