import { loadPlan } from './commands/load.ts';
import { argumentsOf, asLoadError, terminalOf } from './mocha/arguments.ts';
import { conclude } from './mocha/conclude.ts';
import { mochaInterface } from './mocha/interface.ts';
import type { ScenariosOptions } from './mocha/options.ts';
import { createPlaying } from './mocha/playing.ts';
import { selectionIn } from './mocha/selection.ts';
import type { Scenario, Suite } from './plan.ts';

export type { ScenariosOptions } from './mocha/options.ts';

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
