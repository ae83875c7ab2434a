import { meetsGlob } from '../glob.ts';
import type { Counts } from '../outcomes.ts';
import type { ScenarioResult } from '../result.ts';
import type { Shortfall } from '../run-event.ts';

/** Demands on a run besides that nothing fails. */
export interface Demands {
  /** Warnings count as failures, and so do skips unless they are allowed. */
  readonly strict: boolean;
  /** Names that `requires` lists, texts of `skip` and ids of scenarios; `*` matches any characters. */
  readonly allowSkips?: readonly string[];
  /** The least number of scenarios that must pass. */
  readonly requirePassed?: number;
}

/** Counts results, and returns at the end which demands were not met. */
export function countShortfalls({ strict, allowSkips = [], requirePassed }: Demands) {
  const names = new Set<string>();
  let skipped = 0;
  const isAllowed = (name: string) => allowSkips.some((glob) => meetsGlob(name, glob));
  return {
    note({ outcome, reason, scenario: { id } }: ScenarioResult, lacks: readonly string[] = []): void {
      if (!strict || outcome !== 'skipped' || isAllowed(id)) return;
      const causes = lacks.length > 0 ? lacks : [typeof reason === 'string' ? reason : id];
      const refused = causes.filter((cause) => !isAllowed(cause));
      if (refused.length === 0) return;
      skipped++;
      for (const cause of refused) names.add(cause);
    },
    shortfalls(counts: Counts): readonly Shortfall[] {
      const passed = counts.passed + counts.flaky;
      return [
        ...(skipped > 0 ? [{ kind: 'skipped', count: skipped, names: [...names] } as const] : []),
        ...(requirePassed !== undefined && passed < requirePassed
          ? [{ kind: 'passed', passed, required: requirePassed } as const]
          : []),
      ];
    },
  };
}
