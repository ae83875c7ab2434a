import type { Scenario } from '../plan.ts';
import { type HostNames, provokes } from './hosts.ts';

/** Which hosts have nothing left that a provoked server would spoil. */
export interface Calm {
  /** Whether it spoils nothing: it provokes nothing, or everything else on its hosts has ended. */
  admits(scenario: Scenario): boolean;
  start(scenario: Scenario): void;
  end(scenario: Scenario): void;
  /** It stopped, and is going to run again. */
  putOff(scenario: Scenario): void;
}

/** Hosts that a scenario names; all of them together where it may be any. */
const anyHost = 'any host';

/** Servers count failed logins and the like by the client's address: whoever provokes them runs last, and alone. */
export function createCalm(scenarios: readonly Scenario[], hosts: HostNames): Calm {
  if (!scenarios.some(provokes)) return { admits: () => true, start: () => {}, end: () => {}, putOff: () => {} };
  /** Scenarios by host: those that provoke nothing and have not ended, and those that provoke something and run. */
  const left = new Map<string, number>();
  const keysOf = (scenario: Scenario) => hosts(scenario) ?? [anyHost];
  const add = (scenario: Scenario, number: number) => {
    for (const key of keysOf(scenario)) left.set(key, (left.get(key) ?? 0) + number);
  };
  // What is skipped touches no server.
  for (const scenario of scenarios) if (scenario.skip === undefined && !provokes(scenario)) add(scenario, 1);
  return {
    admits(scenario) {
      if (!provokes(scenario)) return true;
      const named = hosts(scenario);
      const spoiled = named === undefined ? [...left.keys()] : [...named, anyHost];
      return spoiled.every((key) => (left.get(key) ?? 0) === 0);
    },
    start(scenario) {
      if (provokes(scenario)) add(scenario, 1);
    },
    end(scenario) {
      if (scenario.skip === undefined) add(scenario, -1);
    },
    putOff(scenario) {
      if (provokes(scenario)) add(scenario, -1);
    },
  };
}
