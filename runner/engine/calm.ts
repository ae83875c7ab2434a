import type { Scenario } from '../plan.ts';
import { type HostNames, provokes } from './hosts.ts';

/** Which hosts have nothing left that a provoked server would spoil. */
export interface Calm {
  /** Whether it spoils nothing: it provokes nothing, or everything on its hosts that it would spoil has ended. */
  admits(scenario: Scenario): boolean;
  start(scenario: Scenario): void;
  end(scenario: Scenario): void;
  /** It stopped, and is going to run again. */
  putOff(scenario: Scenario): void;
}

/** Hosts that a scenario names; all of them together where it may be any. */
const anyHost = 'any host';

/**
 * What a scenario is to others on its hosts. Errors are counted by connection: such scenarios run side by side, and beside one that
 * fails logins. Failed logins slow down later ones, so they come after those that need the host to themselves.
 */
type Manner = 'quiet' | 'alone' | 'errors' | 'failed logins';

function mannerOf(scenario: Scenario): Manner {
  if (!provokes(scenario)) return 'quiet';
  if (scenario.provokes.every((each) => each === 'errors')) return 'errors';
  return scenario.provokes.every((each) => each === 'failed-login') ? 'failed logins' : 'alone';
}

/** What must have ended before a scenario of that manner starts, and what must not run then. */
const rules: Readonly<Record<Manner, { readonly after: readonly Manner[]; readonly without: readonly Manner[] }>> = {
  quiet: { after: [], without: [] },
  alone: { after: ['quiet'], without: ['alone', 'errors', 'failed logins'] },
  errors: { after: ['quiet', 'alone'], without: [] },
  'failed logins': { after: ['quiet', 'alone'], without: ['failed logins'] },
};

/** Servers count failed logins and the like by the client's address: whoever provokes them runs last. */
export function createCalm(scenarios: readonly Scenario[], hosts: HostNames): Calm {
  if (!scenarios.some(provokes)) return { admits: () => true, start: () => {}, end: () => {}, putOff: () => {} };
  const left = createCounts(hosts);
  const running = createCounts(hosts);
  // What is skipped touches no server.
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

/** How many scenarios of each manner there are on each host. */
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
