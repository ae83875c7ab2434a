import { byIdentity } from '../by-identity.ts';
import { defined } from '../defined.ts';
import type { Scenario } from '../plan.ts';
import type { ScenarioFacts } from '../result.ts';
import { placeOf } from '../source.ts';

/** The part of a scenario that results contain. */
export function factsOf(scenario: Scenario): ScenarioFacts {
  const { index, suite, id, name, description, references, tags, span, level, knownIssue, connections } = scenario;
  const { severity, remedies, formerIds, elsewhere } = scenario;
  return {
    index,
    suite,
    id,
    ...(formerIds && { formerIds }),
    name,
    ...(description !== undefined && { description }),
    references,
    tags,
    place: placeOf(span),
    level,
    severity,
    ...(elsewhere && { elsewhere }),
    remedies,
    ...(knownIssue && { knownIssue }),
    servers: serversOf(connections),
  };
}

const serversOf = byIdentity((connections: Scenario['connections']) =>
  Array.from(connections, ([connection, { label, options }]) => ({
    connection,
    label,
    ...defined({ product: options.product }),
  })),
);
