import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScenarioResult } from '../result.ts';

/** Below the project's folder; says which scenarios did not pass last time. */
const place = ['.mailspec', 'last-run.json'] as const;

export interface LastRun {
  note(result: ScenarioResult): void;
  /** Where the folder cannot be written, there is nothing to rerun: no reason to fail the run. */
  save(): Promise<void>;
}

export function lastRun(root: string): LastRun {
  const failed: string[] = [];
  return {
    note({ outcome, scenario }) {
      if (outcome === 'failed' || outcome === 'errored' || outcome === 'not_run' || outcome === 'warning') failed.push(scenario.id);
    },
    async save() {
      try {
        await mkdir(join(root, place[0]), { recursive: true });
        await writeFile(join(root, ...place), `${JSON.stringify({ failed }, null, 2)}\n`);
      } catch {
        // See above.
      }
    },
  };
}

/** The ids that did not pass last time; none where there was no last time. */
export async function failedLastTime(root: string): Promise<readonly string[] | undefined> {
  try {
    const { failed } = JSON.parse(await readFile(join(root, ...place), 'utf8')) as { failed?: unknown };
    return Array.isArray(failed) ? failed.filter((id) => typeof id === 'string') : undefined;
  } catch {
    return undefined;
  }
}
