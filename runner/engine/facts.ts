import { byIdentity } from '../by-identity.ts';
import type { Scenario, Suite } from '../plan.ts';
import type { ScenarioFacts } from '../result.ts';
import { placeOf } from '../source.ts';
import type { Redactor } from '../transport/redact.ts';

/** What results say of scenarios, without the secrets that people wrote into descriptions or URLs. */
export function factsWith({ redact }: Pick<Redactor, 'redact'>): (scenario: Scenario) => ScenarioFacts {
  const suiteOf = byIdentity(
    (suite: Suite): Suite =>
      suite.description === undefined ? suite : { ...suite, description: redact(suite.description) },
  );
  return ({ index, suite, id, name, description, references, tags, span, level, knownIssue, connections }) => {
    const place = placeOf(span);
    return {
      index,
      suite: suiteOf(suite),
      id,
      name,
      ...(description !== undefined && { description: redact(description) }),
      references,
      tags,
      place: { ...place, source: redact(place.source) },
      level,
      ...(knownIssue && { knownIssue }),
      servers: Array.from(connections, ([connection, { label }]) => ({ connection, label: redact(label) })),
    };
  };
}
