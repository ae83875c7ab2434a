import { createHash } from 'node:crypto';
import { forget, heed } from '../transport/abort.ts';
import type { Fields } from '../value.ts';

/** Parses a message; aborting the signal ends it. */
export type Parse = (octets: Uint8Array, signal: AbortSignal) => Promise<Fields>;

interface Pending {
  readonly parts: Promise<Fields>;
  readonly ender: AbortController;
  callers: number;
}

/**
 * Parses equal octets once: scenarios that wait for mail read the same mailbox many times, and all at the same time.
 * The parts of the last messages are kept, `most` octets of messages in all. A parsing ends when nobody waits for it.
 */
export function shareParsing(parse: Parse, most: number): Parse {
  const pending = new Map<string, Pending>();
  /** The least recently used one comes first. */
  const known = new Map<string, { readonly parts: Fields; readonly size: number }>();
  let kept = 0;

  function keep(key: string, parts: Fields, size: number): void {
    if (size > most) return;
    known.set(key, { parts, size });
    kept += size;
    for (const [oldest, { size: freed }] of known) {
      if (kept <= most) return;
      known.delete(oldest);
      kept -= freed;
    }
  }

  function begin(key: string, octets: Uint8Array): Pending {
    const ender = new AbortController();
    const parts = parse(octets, ender.signal);
    const begun: Pending = { parts, ender, callers: 0 };
    pending.set(key, begun);
    const done = () => pending.get(key) === begun && pending.delete(key);
    parts.then(
      (found) => {
        if (done()) keep(key, found, octets.length);
      },
      () => done(),
    );
    return begun;
  }

  return (octets, signal) => {
    const key = createHash('sha256').update(octets).digest('base64');
    const found = known.get(key);
    if (found !== undefined) {
      known.delete(key);
      known.set(key, found);
      return Promise.resolve(found.parts);
    }
    if (signal.aborted) return Promise.reject(signal.reason);
    return waitFor(key, pending.get(key) ?? begin(key, octets), signal);
  };

  function waitFor(key: string, shared: Pending, signal: AbortSignal): Promise<Fields> {
    shared.callers++;
    return new Promise((resolve, reject) => {
      const stop = () => {
        shared.callers--;
        if (shared.callers === 0 && pending.get(key) === shared) {
          pending.delete(key);
          shared.ender.abort(signal.reason);
        }
        reject(signal.reason);
      };
      heed(signal, stop);
      shared.parts.then(resolve, reject).finally(() => forget(signal, stop));
    });
  }
}
