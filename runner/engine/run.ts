import type { Durations } from '../durations.ts';
import { type Counts, judgedNothing, noOutcomes } from '../outcomes.ts';
import type { Plan, Scenario } from '../plan.ts';
import { mapTexts } from '../printing/deep.ts';
import { createRedactor } from '../printing/redact.ts';
import type { ScenarioFacts, ScenarioResult } from '../result.ts';
import type { RunEvent, Shortfall, Summary } from '../run-event.ts';
import { pause } from '../transport/pause.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { factsOf } from './facts.ts';
import { hostNames } from './hosts.ts';
import { openWorld, type WorldOptions } from './open-world.ts';
import { startOrder } from './order.ts';
import { runScenario } from './scenario.ts';
import { type Gate, schedule } from './scheduler.ts';
import { countShortfalls, type Demands } from './shortfalls.ts';
import { createTraffic, type Traffic } from './traffic.ts';

/** How many scenarios run at a time: they mostly wait for the server. */
export const defaultParallel = 8;

export interface RunOptions extends Demands, WorldOptions {
  readonly parallel: number;
  /** Stop after this many scenarios that failed or errored. */
  readonly bail?: number;
  /** Earlier durations of the plan's scenarios, so that long ones start early enough. */
  readonly durations?: Durations;
  /** What is known about servers, if it is to outlive the run. */
  readonly breaker?: Breaker;
}

/** Runs a plan and emits events; each event is handled before the next one is emitted. */
export async function run(
  plan: Plan,
  options: RunOptions,
  emit: (event: RunEvent) => void | Promise<void>,
): Promise<Summary> {
  const start = options.clock();
  const { clock, wall, signal } = options;
  const breaker = options.breaker ?? createBreaker({ clock, wall, signal });
  const traffic = createTraffic(options);
  const world = await openWorld(plan, options, breaker, traffic);
  const { redact } = createRedactor(plan.secrets);
  const hide = <Data>(data: Data) => (plan.secrets.length === 0 ? data : mapTexts(data, redact));
  const redactKnown = remembered(redact);
  const hiddenFacts = (scenario: Scenario): ScenarioFacts =>
    plan.secrets.length === 0 ? factsOf(scenario) : mapTexts(factsOf(scenario), redactKnown);
  const counts = noOutcomes();
  const demands = countShortfalls(options);
  await emit({
    type: 'start',
    runId: plan.runId,
    total: plan.scenarios.length,
    started: options.wall(),
    parallel: options.parallel,
    ...(plan.shard && { shard: plan.shard }),
  });
  const tell = (result: ScenarioResult) => {
    counts[result.outcome]++;
    return emit({ type: 'scenario', result: plan.secrets.length === 0 ? result : hidden(result, hide) });
  };
  const bailed = () => options.bail !== undefined && counts.failed + counts.errored >= options.bail;
  const begun = new Set<Scenario>();
  const left = await schedule(
    options.parallel === 1 ? plan.scenarios : startOrder(plan.scenarios, options),
    options.parallel,
    async (scenario) => {
      const facts = hiddenFacts(scenario);
      if (!begun.has(scenario)) {
        begun.add(scenario);
        const told = emit({ type: 'begin', scenario: facts });
        if (told !== undefined) await told;
      }
      const result = await runScenario(scenario, facts, world);
      if ('again' in result) {
        for (const note of traffic.slowed()) await emit({ type: 'slowed', note: hide(note) });
        return result.again;
      }
      begun.delete(scenario);
      demands.note(result, scenario.lacks);
      const told = tell(result);
      if (told !== undefined) await told;
      return undefined;
    },
    () => !options.signal.aborted && !bailed(),
    await hostNames(plan),
    gateOf(breaker, traffic, options),
  );
  await world.receivers.close();
  if (options.breaker === undefined) await breaker.stop();
  const reason = options.signal.aborted
    ? 'the run was interrupted'
    : `stopped after ${counts.failed + counts.errored} failures`;
  for (const scenario of left) await tell(notRun(hiddenFacts(scenario), reason, options.wall()));
  const shortfalls = hide(demands.shortfalls(counts));
  const unneeded = hide(world.tolerances.unneeded());
  const notes = hide(traffic.notes());
  const summary: Summary = {
    counts,
    total: plan.scenarios.length,
    duration: options.clock() - start,
    interrupted: options.signal.aborted,
    ended: options.wall(),
    ...(shortfalls.length > 0 && { shortfalls }),
    ...(unneeded.length > 0 && { unneeded }),
    ...(notes.length > 0 && { notes }),
    exitStatus: exitStatus(counts, plan, options, shortfalls),
  };
  await emit({ type: 'end', summary });
  return summary;
}

/** The most texts that are remembered: for a large run, those that its suites have in common. */
const mostRemembered = 2000;

/** Scenarios have most of their texts in common: a suite's description, remedies, references. */
function remembered(redact: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const hidden = redact(text);
    if (known.size < mostRemembered) known.set(text, hidden);
    return hidden;
  };
}

/**
 * The facts are already redacted, and so is everything that was received in streams, where secrets are searched for as
 * a whole.
 */
function hidden(
  { scenario, transcript, log, ...rest }: ScenarioResult,
  hide: <Data>(data: Data) => Data,
): ScenarioResult {
  return { scenario, ...hide(rest), transcript, log };
}

/** Keeps scenarios from starting while their servers are unusable or defend themselves. */
function gateOf(breaker: Breaker, traffic: Traffic, { clock, signal }: RunOptions): Gate {
  return {
    admits: (scenario) => breaker.admits(scenario) && traffic.admits(scenario),
    start(scenario) {
      breaker.start(scenario);
      traffic.start(scenario);
    },
    end(scenario) {
      breaker.end(scenario);
      traffic.end(scenario);
    },
    tick: () => breaker.tick(),
    get holds() {
      return breaker.holds;
    },
    get idle() {
      return breaker.idle;
    },
    settle: () => breaker.settle(),
    set onChange(change: () => void) {
      breaker.onChange = change;
      traffic.onChange = change;
    },
    until: (time) => pause(Math.max(time - clock(), 0), signal).catch(() => undefined),
  };
}

function notRun(scenario: ScenarioFacts, reason: string, started: number): ScenarioResult {
  return {
    scenario,
    outcome: 'not_run',
    reason,
    warnings: [],
    violations: [],
    retried: [],
    started,
    duration: 0,
    transcript: [],
    log: [],
    products: [],
  };
}

/**
 * docs/cli.md: 130 if the run was interrupted; 1 if a scenario failed or a demand on the run was not met; 3 if nothing
 * failed but a scenario errored or was blocked, or none checked the server; else 0. A shard may check nothing: that is
 * evaluated for the whole run when its shards are merged.
 */
export function exitStatus(
  counts: Counts,
  { shard }: Pick<Plan, 'shard'>,
  options: Pick<RunOptions, 'signal' | 'strict'>,
  shortfalls: readonly Shortfall[],
): number {
  if (options.signal.aborted) return 130;
  if (counts.failed > 0 || (options.strict && counts.warning > 0) || shortfalls.length > 0) return 1;
  return counts.errored + counts.blocked > 0 || (shard === undefined && judgedNothing(counts)) ? 3 : 0;
}
