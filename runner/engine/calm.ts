import type { Scenario } from '../plan.ts';
import { type HostNames, provokes } from './hosts.ts';

/** Knows which hosts have no scenarios left that a provoked defense would disturb. */
export interface Calm {
  /**
   * Whether a scenario disturbs no other: it provokes nothing, or all that it would disturb on its hosts have ended.
   */
  admits(scenario: Scenario): boolean;
  start(scenario: Scenario): void;
  end(scenario: Scenario): void;
  /** The scenario stopped and will run again. */
  putOff(scenario: Scenario): void;
}

/** The hosts that a scenario names. If it may use any, all of them count as one. */
const anyHost = 'any host';

/**
 * How a scenario affects others on its hosts. Servers count errors per connection, so these scenarios run at the same
 * time as each other and as one that fails logins. Failed logins slow down later ones, so they come after the scenarios
 * that need the host to themselves.
 */
type Manner = 'quiet' | 'alone' | 'errors' | 'failed logins';

function mannerOf(scenario: Scenario): Manner {
  if (!provokes(scenario)) return 'quiet';
  if (scenario.provokes.every((each) => each === 'errors')) return 'errors';
  return scenario.provokes.every((each) => each === 'failed-login') ? 'failed logins' : 'alone';
}

/** `after`: what must have ended before such a scenario starts. `without`: what must not run at the same time. */
const rules: Readonly<Record<Manner, { readonly after: readonly Manner[]; readonly without: readonly Manner[] }>> = {
  quiet: { after: [], without: [] },
  alone: { after: ['quiet'], without: ['alone', 'errors', 'failed logins'] },
  errors: { after: ['quiet', 'alone'], without: [] },
  'failed logins': { after: ['quiet', 'alone'], without: ['failed logins'] },
};

/** Servers count failed logins and the like by the client's address, so scenarios that provoke them run last. */
export function createCalm(scenarios: readonly Scenario[], hosts: HostNames): Calm {
  if (!scenarios.some(provokes)) return { admits: () => true, start: () => {}, end: () => {}, putOff: () => {} };
  const left = createCounts(hosts);
  const running = createCounts(hosts);
  // A skipped scenario does not touch the server.
  const isPlayed = ({ skip }: Scenario) => skip === undefined;
  for (const scenario of scenarios) if (isPlayed(scenario)) left.add(scenario, 1);
  return {
    admits(scenario) {
      const { after, without } = rules[mannerOf(scenario)];
      return !left.has(scenario, after) && !running.has(scenario, without);
    },
    start(scenario) {
      if (isPlayed(scenario)) running.add(scenario, 1);
    },
    end(scenario) {
      if (!isPlayed(scenario)) return;
      left.add(scenario, -1);
      running.add(scenario, -1);
    },
    putOff(scenario) {
      running.add(scenario, -1);
    },
  };
}

/** Counts the scenarios of each manner on each host. */
function createCounts(hosts: HostNames) {
  const counts = new Map<string, Map<Manner, number>>();
  return {
    add(scenario: Scenario, number: number): void {
      const manner = mannerOf(scenario);
      for (const host of hosts(scenario) ?? [anyHost]) {
        const own = counts.get(host) ?? new Map<Manner, number>();
        counts.set(host, own.set(manner, (own.get(manner) ?? 0) + number));
      }
    },
    has(scenario: Scenario, manners: readonly Manner[]): boolean {
      if (manners.length === 0) return false;
      const named = hosts(scenario);
      const shared = named === undefined ? [...counts.keys()] : [...named, anyHost];
      return shared.some((host) => manners.some((manner) => (counts.get(host)?.get(manner) ?? 0) > 0));
    },
  };
}
