import { meetsGlob } from '../glob.ts';
import type { Counts } from '../outcomes.ts';
import type { ScenarioResult, Shortfall } from '../result.ts';

/** What is asked of a run besides that nothing fails. */
export interface Demands {
  /** Warnings fail, and skips unless they are allowed. */
  readonly strict: boolean;
  /** Names that `requires` lists, texts of `skip`, ids of scenarios; `*` stands for anything. */
  readonly allowSkips?: readonly string[];
  /** How many scenarios must pass at least. */
  readonly requirePassed?: number;
}

/** Looks at each result, and says in the end what was not met. */
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
