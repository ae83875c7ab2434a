import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../engine/run.ts';
import { packageRoot } from '../package-root.ts';
import type { ScenarioResult } from '../result.ts';
import { plan, readConfig } from '../scenario/plan.ts';

const smtpRecipes = readdirSync(join(packageRoot(), 'scenarios', 'recipes')).filter((file) =>
  /^smtp-.*\.yaml$/.test(file),
);

/** Plays the SMTP recipes with a configuration of this content. */
export async function playRecipes(config: object, only?: readonly string[]): Promise<readonly ScenarioResult[]> {
  const root = packageRoot();
  const { config: read } = readConfig({ path: 'mailspec.yaml', text: JSON.stringify(config) }, root, {
    env: {},
    profile: undefined,
  });
  const files = smtpRecipes.map((name) => ({
    path: join('scenarios', 'recipes', name),
    text: readFileSync(join(root, 'scenarios', 'recipes', name), 'utf8'),
  }));
  const planned = plan({
    files,
    config: read,
    cwd: root,
    runId: `r${process.pid}${Date.now().toString(36)}`,
    today: '2026-06-15',
  });
  assert.deepEqual(planned.diagnostics, []);
  const results: ScenarioResult[] = [];
  await run(
    only === undefined
      ? planned.plan
      : { ...planned.plan, scenarios: planned.plan.scenarios.filter(({ id }) => only.includes(id)) },
    // One at a time, the server's log of meanwhile is the scenario's own.
    {
      parallel: only === undefined ? 8 : 1,
      strict: false,
      signal: new AbortController().signal,
      clock: () => performance.now(),
      wall: () => Date.now(),
    },
    (event) => {
      if (event.type === 'scenario') results.push(event.result);
    },
  );
  return results;
}

/** What a green run has none of. */
export const notPassed = (results: readonly ScenarioResult[]) =>
  results.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped');
