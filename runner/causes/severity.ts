import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import { rank } from './group.ts';

/** A flaw in the grammar of a reply: the scenario that meets it first may be about something graver, which was checked all the same. */
const ofFlaws: Severity = 'low';

/** How bad a failure is: what its scenario says, unless it only met a flawed reply. */
export function severityOf({ scenario, problem, violations }: ScenarioResult): Severity {
  const isFlaw = problem?.code === 'protocol.violation' && violations.some(({ verdict }) => verdict === 'failed');
  return isFlaw && rank(scenario.severity) < rank(ofFlaws) ? ofFlaws : scenario.severity;
}
