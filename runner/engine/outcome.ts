import type { Problem, ScenarioResult } from '../result.ts';
import type { Attempt } from './attempt.ts';

/** A result without its transcript and outcome. */
export type Untold = Omit<ScenarioResult, 'transcript' | 'outcome'>;

/** The outcome of a scenario, given its last attempt, the attempts before it, its known issue and its level. */
export function conclude(
  base: Untold,
  tried: Attempt,
  retried: readonly Problem[],
  duration: number,
): Omit<ScenarioResult, 'transcript'> {
  const { scenario } = base;
  const common: Untold = {
    scenario: base.scenario,
    started: base.started,
    warnings: tried.warnings,
    violations: tried.violations,
    retried,
    log: tried.log,
    products: tried.products,
    ...(tried.contacts.length > 0 && { contacts: tried.contacts }),
    ...(tried.measured.length > 0 && { measured: tried.measured }),
    duration,
  };
  const known = scenario.knownIssue;
  if (tried.problem !== undefined) {
    const { problem } = tried;
    if (problem.verdict === 'errored') return { ...common, outcome: 'errored', problem };
    if (known !== undefined) return { ...common, outcome: 'known', reason: known.reason, problem };
    return { ...common, outcome: scenario.level === 'should' ? 'warning' : 'failed', problem };
  }
  if (tried.skipped !== undefined) return { ...common, outcome: 'skipped', reason: tried.skipped };
  if (retried.length > 0) return { ...common, outcome: 'flaky' };
  if (known === undefined) return { ...common, outcome: 'passed' };
  return {
    ...common,
    warnings: [...tried.warnings, { kind: 'resolved', issue: known.reason }],
    outcome: 'passed',
  };
}
