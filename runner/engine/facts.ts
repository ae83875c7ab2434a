import type { Scenario } from '../plan.ts';
import type { ScenarioFacts } from '../result.ts';
import { placeOf } from '../source.ts';

/** What results say of scenarios. */
export function factsOf(scenario: Scenario): ScenarioFacts {
  const { index, suite, id, name, description, references, tags, span, level, knownIssue, connections } = scenario;
  return {
    index,
    suite,
    id,
    name,
    ...(description !== undefined && { description }),
    references,
    tags,
    place: placeOf(span),
    level,
    ...(knownIssue && { knownIssue }),
    servers: Array.from(connections, ([connection, { label }]) => ({ connection, label })),
  };
}
