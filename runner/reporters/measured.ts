import type { ScenarioResult } from '../result.ts';

const day = 86_400_000;

/** What a run measured besides its outcomes. */
export interface Measured {
  /**
   * For each server the certificate that expires first, with its whole days left when it was checked; negative if it
   * has expired.
   */
  readonly certificates: readonly { readonly server: string; readonly expires: number; readonly days: number }[];
  /** Delivery times in milliseconds, for each scenario whose message was found. */
  readonly deliveries: readonly { readonly id: string; readonly took: number }[];
}

export interface MeasuredSoFar extends Measured {
  add(result: ScenarioResult): void;
}

export function measuredSoFar(): MeasuredSoFar {
  const certificates = new Map<string, Measured['certificates'][number]>();
  const deliveries = new Map<string, number>();
  return {
    add({ scenario, started, measured = [] }) {
      for (const each of measured) {
        if (each.kind === 'delivery') {
          deliveries.set(scenario.id, Math.max(deliveries.get(scenario.id) ?? 0, each.took));
          continue;
        }
        const { server, expires } = each;
        const known = certificates.get(server);
        if (known === undefined || expires < known.expires)
          certificates.set(server, { server, expires, days: Math.floor((expires - started) / day) });
      }
    },
    get certificates() {
      return [...certificates.values()].sort(by(({ server }) => server));
    },
    get deliveries() {
      return Array.from(deliveries, ([id, took]) => ({ id, took })).sort(by(({ id }) => id));
    },
  };
}

/** Compares by code units, which is the same on every machine. */
function by<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
