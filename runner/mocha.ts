import { conclude } from './mocha/conclude.ts';
import { asLoadError } from './mocha/errors.ts';
import { mochaInterface } from './mocha/interface.ts';
import type { ScenariosOptions } from './mocha/options.ts';
import { createPlaying } from './mocha/playing.ts';
import { selectionIn } from './mocha/selection.ts';
import type { Scenario, Suite } from './plan.ts';
import { load } from './project/load.ts';
import type { LoadTarget } from './project/options.ts';
import { rerunCommand } from './project/rerun.ts';
import { workingFolder } from './project/world.ts';

export type { ScenariosOptions } from './mocha/options.ts';

/**
 * Defines a `describe` for each suite in the named files and a test for each scenario. Call it at the top level of a
 * spec file and await it.
 *
 *     await scenarios(['scenarios/submission.yaml'], { servers: { submission: 'smtp://127.0.0.1:2525' } });
 *
 * @param targets files, folders, globs, `FILE:LINE`, scenario ids and shipped packs (`mailspec:recipes`); or the texts
 * of scenario files. Default: what the configuration lists under `scenarios`.
 * @throws Error that shows every error in the files with its place, so that the spec file fails to load
 */
export async function scenarios(
  targets: string | readonly LoadTarget[] = [],
  options: ScenariosOptions = {},
): Promise<void> {
  const mocha = mochaInterface();
  const { cwd = workingFolder(), parallel, strict = false } = options;
  const loaded = await load({ ...options, targets: typeof targets === 'string' ? [targets] : targets }).catch(
    (error: unknown) => {
      throw asLoadError(error);
    },
  );
  const ended = new AbortController();
  const selection = selectionIn();
  const playing = createPlaying({ loaded, rerun: rerunCommand(options), ended, parallel, selection });
  for (const { suite, scenarios } of bySuite(loaded.plan.scenarios)) {
    mocha.describe(playing.redact(suite.title), function () {
      // Scenarios and services have their own time limits.
      this.timeout(0);
      selection.add(this);
      mocha.before(playing.begin);
      for (const scenario of scenarios) {
        if (scenario.skip !== undefined) mocha.it(playing.redact(`${scenario.name} (skipped: ${scenario.skip})`));
        else {
          const test = mocha.it(playing.redact(scenario.name), async function () {
            const result = await playing.result(scenario);
            conclude(result, this, {
              scenario: playing.planned(scenario),
              strict,
              rerun: playing.rerun,
              redact: playing.redact,
              cwd,
            });
          });
          selection.note(test, scenario);
        }
      }
      mocha.after(() => playing.left(this));
    });
  }
  // Ends the run if a hook or an interruption kept mocha from reaching the last test.
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
