import type { Scenario } from '../plan.ts';
import type { Found } from './findings.ts';

/** Decides which scenario reports a violation, for suites with `violations: once`. */
export class ReportedViolations {
  /** Ids of the reporting scenarios, by the violation's name and host. */
  readonly #reporters = new Map<string, string>();

  /** Marks the violations that another scenario reports. A scenario that cannot fail reports only for itself. */
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
