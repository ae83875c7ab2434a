import { createBreaker } from '../engine/breaker.ts';
import { defaultParallel, run } from '../engine/run.ts';
import type { Plan, Scenario } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';
import type { Loaded } from '../project/load.ts';
import { unlessPassed } from '../reporters/transcripts.ts';
import type { ScenarioResult } from '../result.ts';
import { type RunningServices, startServices } from '../services/services.ts';
import { serviceFailure } from './errors.ts';
import type { Selection } from './selection.ts';

/** Runs the scenarios of one call while mocha goes through their tests. */
export interface Playing {
  /** Called before a `describe`. The first call starts the services and all scenarios that mocha is going to reach. */
  readonly begin: () => Promise<void>;
  /** The result for a test. If a test asks again (mocha's own retries), the scenario runs again. */
  result(scenario: Scenario): Promise<ScenarioResult>;
  /** The scenario with the variables that services have set. */
  planned(scenario: Scenario): Scenario;
  /** Called after a `describe`. After the last one everything is stopped. */
  left(suite: Mocha.Suite): Promise<void>;
  readonly end: () => Promise<void>;
  readonly rerun: string;
  redact(text: string): string;
}

interface PlayingOptions {
  readonly loaded: Loaded;
  /** The command that runs a scenario again, up to the scenario's place. */
  readonly rerun: string;
  /** Aborting it ends the scenarios that are running. */
  readonly ended: AbortController;
  readonly parallel: number | undefined;
  readonly selection: Selection;
}

/** Without a handler these would end mocha at once and leave services running. */
const signals = ['SIGINT', 'SIGTERM'] as const;

export function createPlaying({ loaded, rerun, ended, parallel: asked, selection }: PlayingOptions): Playing {
  const parallel = asked ?? loaded.config.parallel ?? defaultParallel;
  const redactor = createRedactor(loaded.plan.secrets);
  const ahead = new Map<string, Awaited>();
  const suitesLeft = new Set<Mocha.Suite>();
  /** Scenarios that run one by one are separate runs on the same servers, so they share what is known about those. */
  const breaker = createBreaker({ ...clocks, signal: ended.signal });
  let plan: Plan = loaded.plan;
  let begun: Promise<void> | undefined;
  let over: Promise<void> | undefined;
  let services: RunningServices | undefined;
  let playing: Promise<void> = Promise.resolve();

  /** One by one or all at once, the same engine runs them. */
  const play = (scenarios: readonly Scenario[], tell: (result: ScenarioResult) => void, bail: boolean) =>
    run(
      { ...plan, scenarios },
      { ...worldUntil(ended.signal), breaker, parallel, transcripts: unlessPassed, ...(bail && { bail: 1 }) },
      (event) => {
        if (event.type === 'scenario') tell(event.result);
      },
    );

  function playAhead(ids: ReadonlySet<string>, bail: boolean): void {
    const scenarios = plan.scenarios.filter(({ id }) => ids.has(id));
    for (const { id } of scenarios) ahead.set(id, awaited());
    const told = new Map(ahead);
    const tell = (result: ScenarioResult) => told.get(result.scenario.id)?.resolve(result);
    playing = play(scenarios, tell, bail).then(
      () => undefined,
      (error: unknown) => {
        for (const { reject } of told.values()) reject(error);
      },
    );
  }

  const planned = (scenario: Scenario) => plan.scenarios.find(({ id }) => id === scenario.id) ?? scenario;

  async function begin(): Promise<void> {
    const ids = selection.scenarios();
    if (ids?.size === 0) return;
    for (const signal of signals) process.on(signal, interrupted);
    services = await servicesOf(loaded, ended.signal);
    if (services !== undefined && services.variables.size > 0) plan = loaded.replan(services.variables);
    const bail = selection.suites()?.some((suite) => suite.bail()) ?? false;
    if (ids !== undefined && parallel > 1) playAhead(ids, bail);
  }

  async function end(): Promise<void> {
    over ??= (async () => {
      ended.abort();
      await begun?.catch(() => undefined);
      await playing;
      await breaker.stop();
      await services?.stop();
      for (const signal of signals) process.off(signal, interrupted);
    })();
    await over;
  }

  /** Ends everything of ours, then lets the signal do what it would have done to mocha. */
  function interrupted(signal: NodeJS.Signals): void {
    if (over !== undefined) return;
    end().then(
      () => process.listenerCount(signal) === 0 && process.kill(process.pid, signal),
      () => process.exit(1),
    );
  }

  return {
    begin() {
      begun ??= begin();
      return begun;
    },
    planned,
    async result(scenario) {
      const played = ahead.get(scenario.id);
      ahead.delete(scenario.id);
      if (played !== undefined) return played.promise;
      const one = awaited();
      play([planned(scenario)], one.resolve, false).catch(one.reject);
      return one.promise;
    },
    async left(suite) {
      suitesLeft.add(suite);
      const bailed = suite.bail() && suite.tests.some((test) => test.isFailed());
      if (bailed || selection.suites()?.every((each) => suitesLeft.has(each))) await end();
    },
    end,
    rerun: redactor.redact(rerun),
    redact: (text) => redactor.redact(text),
  };
}

const clocks = { clock: () => performance.now(), wall: () => Date.now() };

function worldUntil(signal: AbortSignal) {
  return { strict: false, signal, ...clocks };
}

/** Starts the configuration's services; `undefined` if it has none. */
async function servicesOf({ config, root, plan }: Loaded, signal: AbortSignal): Promise<RunningServices | undefined> {
  if (config.services.length === 0) return undefined;
  try {
    return await startServices(config.services, {
      cwd: root,
      env: config.env,
      inherit: config.allow.environment,
      signal,
      redact: createRedactor(plan.secrets).redact,
    });
  } catch (error) {
    throw serviceFailure(error);
  }
}

interface Awaited {
  readonly promise: Promise<ScenarioResult>;
  readonly resolve: (result: ScenarioResult) => void;
  readonly reject: (error: unknown) => void;
}

function awaited(): Awaited {
  let resolve: Awaited['resolve'] = () => undefined;
  let reject: Awaited['reject'] = () => undefined;
  const promise = new Promise<ScenarioResult>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  // Not every test asks for its result.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
