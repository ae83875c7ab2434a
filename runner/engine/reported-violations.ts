import type { Scenario } from '../plan.ts';
import type { Found } from './findings.ts';

/** Which scenario of a run reports a violation, of those whose suites want each reported once. */
export class ReportedViolations {
  /** Ids of scenarios, by the violation's name and its host. */
  readonly #reporters = new Map<string, string>();

  /** What a scenario found, marked where another one reports it. One that fails nothing reports for itself only. */
  claim({ id, level, knownIssue, violationsOnce }: Scenario, violations: readonly Found[]): readonly Found[] {
    if (violationsOnce !== true) return violations;
    const fails = level === 'must' && knownIssue === undefined;
    return violations.map((violation) => {
      if (violation.verdict !== 'failed') return violation;
      const key = JSON.stringify([violation.name, violation.host]);
      const reporter = this.#reporters.get(key);
      if (reporter === undefined && fails) this.#reporters.set(key, id);
      return reporter === undefined || reporter === id ? violation : { ...violation, verdict: 'reported' };
    });
  }
}
