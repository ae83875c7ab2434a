import type { Scenario } from '../plan.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import { tryScenario } from './attempt.ts';
import { conclude, type Untold } from './outcome.ts';
import type { ScenarioWorld } from './world.ts';

/** One scenario's result, whatever happens: retries, cleanup, known issues and levels included. Never throws. */
export async function runScenario(scenario: Scenario, world: ScenarioWorld): Promise<ScenarioResult> {
  const started = world.wall();
  const start = world.clock();
  const base: Untold = { scenario, started, warnings: [], retried: [], log: [], duration: 0 };
  if (scenario.skip !== undefined) return { ...base, outcome: 'skipped', reason: scenario.skip, transcript: [] };
  const retried: Problem[] = [];
  for (let attempt = 0; ; attempt++) {
    const tried = await tryScenario(scenario, world, attempt);
    const duration = world.clock() - start;
    if (tried.interrupted) {
      return told({ ...base, outcome: 'not_run', reason: 'the run was interrupted', duration }, tried.transcript);
    }
    if (tried.problem === undefined || attempt >= scenario.retries || world.interrupted.aborted) {
      return told(conclude(base, tried, retried, duration), tried.transcript);
    }
    retried.push(tried.problem);
  }
}

type Lines = ScenarioResult['transcript'];

/**
 * Only some reporters show transcripts: their texts are made when one asks. A class, and no object with a getter:
 * V8 holds such a one, and all that it refers to, until the next full collection.
 */
class Told {
  #lines: Lines | (() => Lines);
  constructor(result: Omit<ScenarioResult, 'transcript'>, lines: () => Lines) {
    Object.assign(this, result);
    this.#lines = lines;
  }
  get transcript(): Lines {
    if (typeof this.#lines === 'function') this.#lines = this.#lines();
    return this.#lines;
  }
}

function told(result: Omit<ScenarioResult, 'transcript'>, lines: () => Lines): ScenarioResult {
  return new Told(result, lines) as unknown as ScenarioResult;
}
