import type { Plan, Scenario } from '../plan.ts';
import { mapTexts } from '../printing/deep.ts';
import { createRedactor } from '../printing/redact.ts';
import type { ScenarioResult } from '../result.ts';
import type { Breaker } from './breaker.ts';
import { factsOf } from './facts.ts';
import { openWorld, type WorldOptions } from './open-world.ts';
import { runScenario } from './scenario.ts';
import type { Traffic } from './traffic.ts';

/** Runs scenarios of a plan on request, as often as asked. */
export interface Player {
  /** Pass a different `serial` each time, since scenarios derive names from their ids. Never throws. */
  play(scenario: Scenario, serial: number): Promise<ScenarioResult>;
  close(): Promise<void>;
}

/**
 * For load: every refusal is a result. Nothing waits until a server has recovered, and no server is asked more slowly
 * than the user wants.
 */
export async function openPlayer(plan: Plan, options: Omit<WorldOptions, 'transcripts'>): Promise<Player> {
  const unwatched = { ...plan, logs: [] };
  const world = await openWorld(unwatched, { ...options, transcripts: () => false }, trusting, unhindered);
  const { redact } = createRedactor(plan.secrets);
  const hide = (result: ScenarioResult) => (plan.secrets.length === 0 ? result : mapTexts(result, redact));
  return {
    async play(scenario, serial) {
      const own = { ...world, runId: `${plan.runId}-${serial}` };
      const result = await runScenario(scenario, factsOf(scenario), own);
      if ('again' in result) throw new Error('A scenario of a load is to be tried again');
      return result.outcome === 'passed' ? result : hide(result);
    },
    close: () => world.receivers.close(),
  };
}

/** Treats every server as usable. */
const trusting: Breaker = {
  admits: () => true,
  start: () => undefined,
  end: () => undefined,
  blocks: () => undefined,
  silence: async () => undefined,
  lost: () => false,
  isOpen: () => false,
  during: (_scenario, _target, _stage, answer) => answer,
  isMute: async () => false,
  reached: () => undefined,
  tick: () => undefined,
  holds: false,
  idle: 0,
  settle: async () => undefined,
  onChange: () => undefined,
  stop: async () => undefined,
};

/** Lets every connection through. */
const unhindered: Traffic = {
  admits: () => true,
  start: () => undefined,
  accepted: () => undefined,
  replied: () => undefined,
  loggedIn: () => undefined,
  end: () => undefined,
  mayLimit: () => false,
  refuses: () => undefined,
  turn: async () => undefined,
  again: () => undefined,
  explains: () => false,
  tries: () => 0,
  notes: () => [],
  slowed: () => [],
  onChange: () => undefined,
};
