import type { Headline } from '../headline.ts';
import type { Scenario } from '../plan.ts';
import { detached } from '../printing/detach.ts';
import type { Problem, ScenarioFacts, ScenarioResult } from '../result.ts';
import { type Attempt, tryScenario } from './attempt.ts';
import { isRefused } from './closed-port.ts';
import type { Defended, Defense } from './defenses.ts';
import { type Outage, reasonOf } from './outage.ts';
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
    const again = (tried.problem ?? tried.defended) && (await againAfter(scenario, tried, world));
    if (again !== undefined) return { again };
    const { outage } = tried;
    const defended = tried.defended ?? closedPort(outage, world);
    if (outage !== undefined && defended?.said === undefined && world.breaker.lost(scenario, outage)) {
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

/** When to run the scenario again. A server that ended a session after STARTTLS is first asked why, by running it once. */
async function againAfter(scenario: Scenario, tried: Attempt, world: ScenarioWorld): Promise<number | undefined> {
  const { traffic } = world;
  const { defended } = tried;
  const again = traffic.again(scenario, tried);
  if (again !== undefined || defended?.defense !== 'limit' || !defended.afterTls) return again;
  if (!traffic.explains(defended.target)) return undefined;
  const next = await tryScenario(scenario, world, traffic.tries(scenario) + scenario.retries);
  return next.defended?.said === undefined ? undefined : traffic.again(scenario, next);
}

/** The limit of a server that closes its port when too many connections are open. */
function closedPort(outage: Outage | undefined, { traffic }: ScenarioWorld): Defended | undefined {
  if (outage === undefined || !isRefused(outage) || traffic.refuses(outage.target) !== 'for a while') return undefined;
  return { defense: 'limit', target: outage.target, said: 'the server closes its port when too many are open' };
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
  result: Omit<ScenarioResult, 'transcript'>,
  { transcript }: Attempt,
  { transcripts }: ScenarioWorld,
): ScenarioResult {
  return detached({ ...result, transcript: transcripts(result.outcome) ? transcript() : [] }, result.scenario);
}
