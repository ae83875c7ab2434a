import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recorded } from '../../fixtures/causes/reduce.ts';
import { shippedPlan } from '../../fixtures/packs/shipped.test.helper.ts';
import { projectFolder } from '../../fixtures/servers/project.ts';
import { restore } from '../commands/restore.ts';
import type { ScenarioLine } from '../commands/results.ts';
import { factsOf } from '../engine/facts.ts';
import { noOutcomes } from '../outcomes.ts';
import type { Scenario } from '../plan.ts';
import type { ScenarioResult } from '../result.ts';
import type { RunEvent } from '../run-event.ts';

/** The current packs, because recordings do not contain severities, remedies and descriptions. */
let known: ReadonlyMap<string, Scenario> | undefined;

/** The events of a recorded run. */
export function recordedRun(name: string): readonly RunEvent[] {
  known ??= new Map(shippedPlan().scenarios.map((each) => [each.id, each]));
  const text = readFileSync(join(projectFolder(), 'fixtures', 'causes', `${name}.jsonl`), 'utf8');
  const results = text
    .trim()
    .split('\n')
    .map((line, index) =>
      resultOf(JSON.parse(line) as Recorded & Partial<ScenarioLine>, index, known as ReadonlyMap<string, Scenario>),
    );
  const counts = noOutcomes();
  for (const { outcome } of results) counts[outcome]++;
  return [
    { type: 'start', runId: name, total: results.length, started: 0, parallel: 8 },
    ...results.map((result): RunEvent => ({ type: 'scenario', result })),
    {
      type: 'end',
      summary: {
        counts,
        total: results.length,
        duration: 12_000,
        interrupted: false,
        ended: 0,
        exitStatus: counts.failed > 0 ? 1 : 0,
      },
    },
  ];
}

function resultOf(
  line: Pick<ScenarioLine, 'id' | 'outcome'> & Partial<ScenarioLine>,
  index: number,
  all: ReadonlyMap<string, Scenario>,
): ScenarioResult {
  const scenario = all.get(line.id) ?? likely(line.id, all);
  const facts = { ...factsOf(scenario), index, id: line.id };
  const { place, suite, name } = facts;
  const common = {
    type: 'scenario' as const,
    started: '2026-11-27T00:00:00Z',
    duration: 100,
    warnings: [],
    retried: [],
  };
  const filled: ScenarioLine = {
    transcript: [],
    log: [],
    ...common,
    ...line,
    name,
    suite,
    place,
    level: scenario.level,
    tags: [],
    references: [],
  };
  return { ...restore(filled, index, new Map()), scenario: facts };
}

/** The case whose values the recorded server's policy probably had. */
function likely(id: string, all: ReadonlyMap<string, Scenario>): Scenario {
  const [suite] = id.split('#');
  const near = [...all.values()].filter((each) => each.suite.id === suite);
  const common = ({ id: other }: Scenario) => [...id].findIndex((character, at) => character !== other[at]);
  const [best] = near.sort((a, b) => common(b) - common(a));
  if (best === undefined) throw new Error(`Cannot find "${id}" in the packs`);
  return best;
}
