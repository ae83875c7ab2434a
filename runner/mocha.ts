import { loadPlan } from './commands/load.ts';
import { argumentsOf, asLoadError, terminalOf } from './mocha/arguments.ts';
import { conclude } from './mocha/conclude.ts';
import { mochaInterface } from './mocha/interface.ts';
import { createPlaying } from './mocha/playing.ts';
import { selectionIn } from './mocha/selection.ts';
import type { Scenario, Suite } from './plan.ts';

/** What `mailspec run` has options for, as a spec file says it. */
export interface ScenariosOptions {
  /** The configuration file. Default: `mailspec.yaml` in `cwd` or above. */
  readonly config?: string;
  /** A profile of the configuration. */
  readonly profile?: string;
  /** Servers by name, over the configuration's: URLs. */
  readonly servers?: Readonly<Record<string, string>>;
  /** Variables by name, over the configuration's and the files'. */
  readonly variables?: Readonly<Record<string, string | number | boolean>>;
  /** Scenarios whose tags meet this: `smtp and not slow`. */
  readonly tags?: string;
  /** Scenarios whose name holds this text, whatever the letters' case. */
  readonly grep?: string;
  /**
   * How many scenarios are played at a time, ahead of the test that mocha has reached; 1 plays each when mocha
   * reaches it, so that hooks around tests hold. Default: the configuration's, or 8.
   */
  readonly parallel?: number;
  /** Where relative paths start. Default: the working directory. */
  readonly cwd?: string;
  /** How long a reply may take, over the configuration: `10s`. */
  readonly timeout?: string;
  /** How often to try a failing scenario again; one that then passes is flaky. */
  readonly retries?: number;
  /** A scenario of level `should` that fails is a failed test; otherwise it passes, and standard error says why. */
  readonly strict?: boolean;
}

/**
 * Defines a `describe` for each suite of the files named and a test for each of their scenarios. Call it at the top
 * level of a spec file and await it. `targets` are what `mailspec run` takes: files, folders, globs, `FILE:LINE`,
 * ids, `mailspec:PACK`; by default what the configuration lists.
 *
 * Rejects with every mistake of every file at its place, which fails the spec file's loading.
 */
export async function scenarios(
  targets: string | readonly string[] = [],
  options: ScenariosOptions = {},
): Promise<void> {
  const mocha = mochaInterface();
  const args = argumentsOf(typeof targets === 'string' ? [targets] : targets, options);
  const ended = new AbortController();
  const terminal = terminalOf(options, ended.signal);
  const loaded = await loadPlan(args, terminal).catch((error: unknown) => {
    throw asLoadError(error);
  });
  const selection = selectionIn();
  const playing = createPlaying({ loaded, args, terminal, ended, parallel: options.parallel, selection });
  for (const { suite, scenarios } of bySuite(loaded.plan.scenarios)) {
    mocha.describe(suite.title, function () {
      // A scenario has limits of its own, and a service too.
      this.timeout(0);
      selection.add(this);
      mocha.before(playing.begin);
      for (const scenario of scenarios) {
        if (scenario.skip !== undefined) mocha.it(`${scenario.name} (skipped: ${scenario.skip})`);
        else {
          const test = mocha.it(scenario.name, async function () {
            conclude(await playing.result(scenario), this, {
              strict: options.strict ?? false,
              rerun: playing.rerun,
              redact: playing.redact,
              cwd: terminal.cwd,
            });
          });
          selection.note(test, scenario);
        }
      }
      mocha.after(() => playing.left(this));
    });
  }
  // Where a hook or an interruption kept mocha from reaching the last of them.
  mocha.after(playing.end);
}

function bySuite(
  all: readonly Scenario[],
): readonly { readonly suite: Suite; readonly scenarios: readonly Scenario[] }[] {
  const suites = new Map<string, { readonly suite: Suite; readonly scenarios: Scenario[] }>();
  for (const scenario of all) {
    const { suite } = scenario;
    const found = suites.get(suite.id);
    if (found === undefined) suites.set(suite.id, { suite, scenarios: [scenario] });
    else found.scenarios.push(scenario);
  }
  return [...suites.values()];
}
