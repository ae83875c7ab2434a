import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ArgumentError } from './arguments.ts';

/** A line of a results file, as `schemas/result.schema.json` describes it. */
export interface ResultLine {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What the json reporter wrote: `mailspec/1`. */
export interface Results {
  /** As it was named. */
  readonly path: string;
  readonly start: ResultLine;
  readonly scenarios: readonly ResultLine[];
  /** Absent where the run broke off. */
  readonly end: ResultLine | undefined;
}

const knownFormat = 'mailspec/1';

/** Reads a results file. Throws an `ArgumentError` that says what is wrong with it. */
export async function readResults(path: string, cwd: string): Promise<Results> {
  const lines = (await textOf(path, cwd))
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parsed(path, line, index + 1)]));
  const [start] = lines;
  if (start?.type !== 'start')
    throw unusable(
      path,
      'it does not begin as the results of a run do',
      'Write it with "mailspec run --reporter json=FILE"',
    );
  if (start['format'] !== knownFormat)
    throw unusable(path, `its format is "${String(start['format'])}", and this version reads "${knownFormat}"`);
  const starts = lines.filter(({ type }) => type === 'start').length;
  if (starts > 1) throw unusable(path, `it holds ${starts} runs`, "Keep each run's results in a file of its own");
  const scenarios = lines.filter(({ type }) => type === 'scenario');
  const odd = scenarios.find(({ id, outcome }) => typeof id !== 'string' || typeof outcome !== 'string');
  if (odd !== undefined) throw unusable(path, 'it holds a scenario without id or outcome');
  return { path, start, scenarios, end: lines.find(({ type }) => type === 'end') };
}

async function textOf(path: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new ArgumentError(`Cannot read the results "${path}": ${(error as Error).message}`);
  }
}

function parsed(path: string, line: string, number: number): ResultLine {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string')
      return value as ResultLine;
  } catch {
    // Told below.
  }
  throw unusable(
    path,
    `line ${number} is no event`,
    'A run that was killed leaves its last line unfinished: run it again',
  );
}

export function unusable(path: string, state: string, hint?: string): ArgumentError {
  return new ArgumentError(`Cannot use the results "${path}": ${state}`, hint);
}
