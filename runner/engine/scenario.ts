import type { Headline } from '../headline.ts';
import type { Scenario } from '../plan.ts';
import { detached } from '../printing/detach.ts';
import type { Problem, ScenarioFacts, ScenarioResult } from '../result.ts';
import { type Attempt, tryScenario } from './attempt.ts';
import type { Defense } from './defenses.ts';
import { reasonOf } from './outage.ts';
import { conclude, type Untold } from './outcome.ts';
import type { ScenarioWorld } from './world.ts';

/** A defense of the server refused the scenario: run it again at this time of the clock. */
export interface Again {
  readonly again: number;
}

/** Runs a scenario with its retries, cleanup, known issue and level, and returns its result. Never throws. */
export async function runScenario(
  scenario: Scenario,
  facts: ScenarioFacts,
  world: ScenarioWorld,
): Promise<ScenarioResult | Again> {
  const started = world.wall();
  const start = world.clock();
  const base: Untold = {
    scenario: facts,
    started,
    warnings: [],
    violations: [],
    retried: [],
    products: [],
    log: [],
    duration: 0,
  };
  if (scenario.skip !== undefined) return { ...base, outcome: 'skipped', reason: scenario.skip, transcript: [] };
  const blocking = world.breaker.blocks(scenario);
  const known = blocking instanceof Promise ? await blocking : blocking;
  if (known !== undefined) {
    return { ...base, outcome: 'blocked', reason: reasonOf(known), duration: world.clock() - start, transcript: [] };
  }
  const retried: Problem[] = [];
  const before = world.traffic.tries(scenario);
  for (let attempt = 0; ; attempt++) {
    const tried = await tryScenario(scenario, world, attempt + before);
    const duration = world.clock() - start;
    if (tried.interrupted) {
      return told({ ...base, outcome: 'not_run', reason: 'the run was interrupted', duration }, tried, world);
    }
    const again = (tried.problem ?? tried.defended) && world.traffic.again(scenario, tried);
    if (again !== undefined) return { again };
    const { outage, defended } = tried;
    if (outage !== undefined && world.breaker.lost(scenario, outage)) {
      return told({ ...base, outcome: 'blocked', reason: reasonOf(outage), retried, duration }, tried, world);
    }
    // A server that closes connections without a word may have another reason than a limit.
    if (defended?.said !== undefined) {
      const why = `${refusals[defended.defense]}: ${defended.said}`;
      const headline: Headline = {
        kind: 'no service',
        server: defended.target.label,
        why: { kind: 'message', message: why },
        fault: { kind: 'defense', how: defended.defense },
      };
      return told({ ...base, outcome: 'blocked', reason: { headline }, retried, duration }, tried, world);
    }
    const isLast = attempt >= scenario.retries || world.breaker.isOpen(scenario);
    if (tried.problem === undefined || isLast || world.interrupted.aborted) {
      return told(conclude(base, tried, retried, duration), tried, world);
    }
    retried.push(tried.problem);
  }
}

/** Why a server does not accept mail or a connection, by its defense. */
const refusals: Readonly<Record<Defense, string>> = {
  limit: 'connections or messages of this client are limited',
  greylisting: 'mail from clients that it does not know is deferred (greylisting)',
  'login delay': 'a user may log in only so often',
  helo: 'the name in EHLO is refused',
};

/** The only way out of an attempt: reporters keep results until the run ends, and must not keep whole replies. */
function told(
  { scenario, ...result }: Omit<ScenarioResult, 'transcript'>,
  { transcript }: Attempt,
  { transcripts }: ScenarioWorld,
): ScenarioResult {
  return { scenario, ...detached({ ...result, transcript: transcripts(result.outcome) ? transcript() : [] }) };
}
