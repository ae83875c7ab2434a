import { byIdentity } from '../by-identity.ts';
import type { Scenario } from '../plan.ts';

/** A resource that at most `capacity` units of can be in use at once: an exclusive name, a server's connections. */
export interface Need {
  readonly resource: string;
  readonly units: number;
  readonly capacity: number;
}

/** What the scenario must have to itself, all taken at once before it starts: so no two can wait for each other. */
export function needsOf({ exclusive, connections }: Scenario): readonly Need[] {
  const limited = limitedIn(connections);
  if (exclusive.length === 0) return limited;
  return [...exclusive.map((name) => ({ resource: `exclusive ${name}`, units: 1, capacity: 1 })), ...limited];
}

/** The servers that take so many connections and no more. The cases of a scenario mostly share theirs. */
const limitedIn = byIdentity((connections: Scenario['connections']): readonly Need[] => {
  const needs = new Map<string, Need>();
  for (const { label, options } of connections.values()) {
    if (options.maxConnections === undefined) continue;
    const units = (needs.get(label)?.units ?? 0) + 1;
    needs.set(label, { resource: `server ${label}`, units, capacity: options.maxConnections });
  }
  return [...needs.values()];
});
