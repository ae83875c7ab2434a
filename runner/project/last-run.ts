import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ScenarioResult } from '../result.ts';

/** Below the project's folder; says which scenarios did not pass last time. */
const place = ['.mailspec', 'last-run.json'] as const;

/** A scenario that did not pass. */
export interface Unpassed {
  readonly id: string;
  /** Absolute: the file may have been named on the command line alone. */
  readonly file: string;
}

export interface LastRun {
  note(result: ScenarioResult): void;
  /** Where the folder cannot be written, there is nothing to rerun: no reason to fail the run. */
  save(): Promise<void>;
}

const unpassed: ReadonlySet<ScenarioResult['outcome']> = new Set([
  'failed',
  'errored',
  'blocked',
  'warning',
  'not_run',
]);

/** Notes what does not pass; `root` is the project's folder, `cwd` where shown paths start. */
export function lastRun(root: string, cwd: string): LastRun {
  const failed: Unpassed[] = [];
  return {
    note({ outcome, scenario }) {
      if (unpassed.has(outcome)) failed.push({ id: scenario.id, file: resolve(cwd, scenario.suite.file) });
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

/** What did not pass last time; none where there was no last time. */
export async function failedLastTime(root: string): Promise<readonly Unpassed[] | undefined> {
  try {
    const { failed } = JSON.parse(await readFile(join(root, ...place), 'utf8')) as { failed?: unknown };
    return Array.isArray(failed) ? failed.filter(isUnpassed) : undefined;
  } catch {
    return undefined;
  }
}

function isUnpassed(entry: unknown): entry is Unpassed {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'id' in entry &&
    typeof entry.id === 'string' &&
    'file' in entry &&
    typeof entry.file === 'string'
  );
}
