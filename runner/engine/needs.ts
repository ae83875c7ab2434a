import { byIdentity } from '../by-identity.ts';
import type { Scenario } from '../plan.ts';

/**
 * A need for a resource of which at most `capacity` units can be in use at once: a name that scenarios list, or a
 * server's connections.
 */
export interface Need {
  readonly resource: string;
  readonly units: number;
  readonly capacity: number;
  /** Others may use it at the same time. */
  readonly isShared?: true;
}

/**
 * The capacity of shared resources: more than can ever run at once. A scenario that needs one exclusively takes all
 * units.
 */
const whole = 1_000_000;

/** What the scenario needs. It takes all of it at once before it starts, so that no two scenarios can deadlock. */
export function needsOf({ exclusive, shared = [], connections }: Scenario): readonly Need[] {
  const limited = limitedIn(connections);
  if (exclusive.length === 0 && shared.length === 0) return limited;
  const own = new Set(exclusive);
  return [
    ...exclusive.map((name) => ({ resource: `use of ${name}`, units: whole, capacity: whole })),
    // A scenario that has it exclusively does not share it.
    ...shared.flatMap((name) =>
      own.has(name) ? [] : [{ resource: `use of ${name}`, units: 1, capacity: whole, isShared: true as const }],
    ),
    ...limited,
  ];
}

/** Servers with a limit on connections. The cases of a scenario mostly have the same connections. */
const limitedIn = byIdentity((connections: Scenario['connections']): readonly Need[] => {
  const needs = new Map<string, Need>();
  for (const { label, options } of connections.values()) {
    if (options.maxConnections === undefined) continue;
    const units = (needs.get(label)?.units ?? 0) + 1;
    needs.set(label, { resource: `server ${label}`, units, capacity: options.maxConnections });
  }
  return [...needs.values()];
});
