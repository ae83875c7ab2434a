import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readTextNamed } from '../access/open.ts';
import type { Durations } from '../durations.ts';
import type { ScenarioResult } from '../result.ts';
import { newRunId } from './world.ts';

/**
 * The path below the project's folder of the file that lists the scenarios that did not pass last time, and those that
 * took long.
 */
const place = ['.mailspec', 'last-run.json'] as const;

/** A scenario that did not pass. */
export interface Unpassed {
  readonly id: string;
  /** Absolute, because the file may have been named on the command line only. */
  readonly file: string;
}

export interface LastRun {
  /** The durations known before this run. */
  readonly durations: Durations;
  note(result: ScenarioResult): void;
  /** Saves the results. If the folder cannot be written, nothing can be rerun, but the run does not fail. */
  save(): Promise<void>;
}

const unpassed: ReadonlySet<ScenarioResult['outcome']> = new Set([
  'failed',
  'errored',
  'blocked',
  'warning',
  'not_run',
]);

/** Outcomes of scenarios that did not run to their end. */
const unfinished: ReadonlySet<ScenarioResult['outcome']> = new Set(['blocked', 'skipped', 'not_run']);

/** The milliseconds from which a scenario is worth starting early. */
const long = 100;
/** The most durations that are kept: for further ones the order makes no difference, and the file stays small. */
const mostDurations = 1000;

/**
 * Notes what does not pass and what takes long; `root` is the project's folder, and shown paths are relative to `cwd`.
 */
export function lastRun(root: string, cwd: string): LastRun {
  const failed: Unpassed[] = [];
  const durations = durationsLastTime(root);
  /** Durations of scenarios that are not in this run are kept. */
  const known = new Map(durations);
  return {
    durations,
    note({ outcome, scenario, duration }) {
      if (unpassed.has(outcome)) failed.push({ id: scenario.id, file: resolve(cwd, scenario.suite.file) });
      if (unfinished.has(outcome)) return;
      if (duration >= long) known.set(scenario.id, Math.round(duration));
      else known.delete(scenario.id);
    },
    async save() {
      const path = join(root, ...place);
      // Renamed into place: a symbolic link there, which may be part of the project, is replaced and not followed. The
      // name is not taken from "node:crypto", which takes 2 ms to load: a file of that name is never written to.
      const partial = `${path}.${newRunId()}`;
      try {
        const folder = join(root, place[0]);
        await mkdir(folder, { recursive: true });
        // A folder that is a symbolic link would lead out of the project.
        if (!(await lstat(folder)).isDirectory()) return;
        const text = JSON.stringify({ failed, durations: longest(known) }, null, 2);
        await writeFile(partial, `${text}\n`, { flag: 'wx' });
        await rename(partial, path);
      } catch {
        await rm(partial, { force: true }).catch(() => undefined);
      }
    },
  };
}

function longest(durations: Durations): Readonly<Record<string, number>> {
  const sorted = [...durations].sort(([, one], [, other]) => other - one);
  return Object.fromEntries(sorted.slice(0, mostDurations));
}

/** The content cannot be trusted: the file may be part of the project. */
function durationsLastTime(root: string): Durations {
  const { durations } = read(root) ?? {};
  if (typeof durations !== 'object' || durations === null) return new Map();
  return new Map(Object.entries(durations).filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}

/** What did not pass last time; `undefined` if there was no last time. */
export function failedLastTime(root: string): readonly Unpassed[] | undefined {
  const { failed } = read(root) ?? {};
  return Array.isArray(failed) ? failed.filter(isUnpassed) : undefined;
}

function read(root: string): { readonly failed?: unknown; readonly durations?: unknown } | undefined {
  try {
    return JSON.parse(readTextNamed(join(root, ...place))) as { failed?: unknown; durations?: unknown };
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
