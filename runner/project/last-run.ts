import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readTextNamed } from '../access/open.ts';
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
      const path = join(root, ...place);
      // Renamed into its place: a link there, which may have come with the project, is replaced and not followed.
      const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
      try {
        await mkdir(join(root, place[0]), { recursive: true });
        await writeFile(unfinished, `${JSON.stringify({ failed }, null, 2)}\n`, { flag: 'wx' });
        await rename(unfinished, path);
      } catch {
        await rm(unfinished, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** What did not pass last time; none where there was no last time. */
export async function failedLastTime(root: string): Promise<readonly Unpassed[] | undefined> {
  try {
    const { failed } = JSON.parse(readTextNamed(join(root, ...place))) as { failed?: unknown };
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
