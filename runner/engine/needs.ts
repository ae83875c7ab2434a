import { byIdentity } from '../by-identity.ts';
import type { Scenario } from '../plan.ts';

/** A resource that at most `capacity` units of can be in use at once: a name that scenarios list, a server's connections. */
export interface Need {
  readonly resource: string;
  readonly units: number;
  readonly capacity: number;
  /** Others may have it at the same time. */
  readonly isShared?: true;
}

/** How many share a resource at most: more than ever run at once. One that has it to itself takes all. */
const whole = 1_000_000;

/** What the scenario needs, all taken at once before it starts: so no two can wait for each other. */
export function needsOf({ exclusive, shared = [], connections }: Scenario): readonly Need[] {
  const limited = limitedIn(connections);
  if (exclusive.length === 0 && shared.length === 0) return limited;
  const own = new Set(exclusive);
  return [
    ...exclusive.map((name) => ({ resource: `use of ${name}`, units: whole, capacity: whole })),
    // Who has it to itself shares it with nobody.
    ...shared.flatMap((name) =>
      own.has(name) ? [] : [{ resource: `use of ${name}`, units: 1, capacity: whole, isShared: true as const }],
    ),
    ...limited,
  ];
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
