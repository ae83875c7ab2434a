import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Durations } from '../durations.ts';
import type { Terminal } from './command.ts';
import { readResults } from './results.ts';

/**
 * How long scenarios took, from a results file. A missing file (in the first pipeline) is reported and counts as empty.
 * Shards that read different files do not fit together, and `mailspec merge` refuses them.
 */
export async function readDurations(path: string, terminal: Terminal): Promise<Durations> {
  if (!(await isThere(resolve(terminal.cwd, path)))) {
    terminal.stderr.write(`note: there is no "${path}": the shards are balanced by the number of scenarios\n`);
    return new Map();
  }
  const { scenarios } = readResults(path, terminal.cwd);
  const ran = scenarios.filter(({ outcome }) => outcome !== 'not_run' && outcome !== 'blocked');
  return new Map(ran.map(({ id, duration }) => [id, duration]));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
