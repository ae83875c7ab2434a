import { defined } from '../defined.ts';
import { ArgumentError } from '../diagnostic.ts';
import { countShortfalls } from '../engine/shortfalls.ts';
import { judgedNothing, noOutcomes } from '../outcomes.ts';
import { many } from '../phrase.ts';
import type { Suite } from '../plan.ts';
import type { ScenarioResult } from '../result.ts';
import type { RunEvent, Shortfall, Summary, Unneeded } from '../run-event.ts';
import { placeOf, restore } from './restore.ts';
import { type EndLine, type Results, type ScenarioLine, unusable } from './results.ts';

/** A complete results file. */
type Whole = Results & { readonly end: EndLine };

/**
 * The events of the run that the shards are parts of. Throws an `ArgumentError` if they do not belong together or are
 * incomplete.
 */
export function mergedEvents(files: readonly Results[], requirePassed?: number): readonly RunEvent[] {
  const whole = files.map(finished);
  const results = inOrder(whole);
  const [first] = whole;
  if (first === undefined) return [];
  const summary = summaryOf(whole, results, requirePassed);
  return [
    {
      type: 'start',
      runId: first.start.runId,
      total: results.length,
      started: Math.min(...whole.map(({ start }) => Date.parse(start.started))),
      parallel: Math.max(...whole.map(({ start }) => start.parallel)),
    },
    ...results.map((result): RunEvent => ({ type: 'scenario', result })),
    { type: 'end', summary },
  ];
}

function finished(file: Results): Whole {
  const { path, start, scenarios, end } = file;
  if (end === undefined) throw unusable(path, 'the run broke off before its end', 'Run that shard again');
  if (scenarios.length !== start.total)
    throw unusable(path, `it has ${many(scenarios.length, 'scenario')} of ${start.total}`, 'Run that shard again');
  return { ...file, end };
}

/** The results of all scenarios, in the order of the whole run. */
function inOrder(files: readonly Whole[]): readonly ScenarioResult[] {
  const suites = new Map<string, Suite>();
  const placed: { readonly line: ScenarioLine; readonly path: string }[] = [];
  for (const { path, positions, scenarios } of positionsOf(files)) {
    for (const [at, line] of scenarios.entries()) {
      const position = positions[at] ?? -1;
      const other = placed[position];
      if (other !== undefined)
        throw unusable(path, `"${line.id}" is in "${other.path}" as well`, 'Name each shard once');
      placed[position] = { line, path };
    }
  }
  return placed.map(({ line }, index) => restore(line, index, suites));
}

interface Part {
  readonly path: string;
  readonly positions: readonly number[];
  readonly scenarios: readonly ScenarioLine[];
}

/** What shards of one run must have in common. A file without shards must be the only one. */
function positionsOf(files: readonly Whole[]): readonly Part[] {
  const [first, ...more] = files;
  if (first === undefined) return [];
  if (first.start.shard === undefined && more.length === 0) {
    return [{ path: first.path, positions: first.scenarios.map((_line, at) => at), scenarios: first.scenarios }];
  }
  const shards = files.map(({ path, start: { shard }, scenarios }) => {
    if (shard === undefined)
      throw unusable(
        path,
        'it does not come from a sharded run',
        'Only the shards of one run can be merged: "mailspec run --shard I/N"',
      );
    if (shard.positions.length !== scenarios.length) throw unusable(path, 'its scenarios do not match its shard');
    return { path, scenarios, ...shard };
  });
  const [one] = shards;
  if (one === undefined) return [];
  const { total, fingerprint, selected } = one;
  const seen = new Map<number, string>();
  for (const shard of shards) {
    if (shard.total !== total)
      throw unusable(shard.path, `it is shard ${shard.index} of ${shard.total}, and "${one.path}" is one of ${total}`);
    if (shard.fingerprint !== fingerprint || shard.selected !== selected) {
      throw unusable(
        shard.path,
        `its selection, or how it was divided, differs from that of "${one.path}"`,
        'Give every shard the same files, options and --shard-durations',
      );
    }
    const before = seen.get(shard.index);
    if (before !== undefined)
      throw unusable(shard.path, `it is shard ${shard.index} of ${total}, as "${before}" is`, 'Name each shard once');
    seen.set(shard.index, shard.path);
  }
  const missing = Array.from({ length: total }, (_empty, at) => at + 1).filter((index) => !seen.has(index));
  if (missing.length > 0) {
    throw new ArgumentError(
      `Cannot merge: ${missing.length === 1 ? 'shard' : 'shards'} ${missing.join(', ')} of ${total} ${missing.length === 1 ? 'is' : 'are'} missing`,
      'What was not run must not look as if it passed: name the results of every shard',
    );
  }
  const positions = shards.flatMap((shard) => shard.positions);
  if (positions.length !== selected || positions.some((each) => each >= selected)) {
    throw new ArgumentError(`Cannot merge: the shards have ${positions.length} of ${many(selected, 'scenario')}`);
  }
  return shards;
}

function summaryOf(files: readonly Whole[], results: readonly ScenarioResult[], requirePassed?: number): Summary {
  const counts = noOutcomes();
  for (const { outcome } of results) counts[outcome]++;
  const ends = files.map(({ end }) => end);
  const passed = countShortfalls({ strict: false, ...defined({ requirePassed }) }).shortfalls(counts);
  const shortfalls = [...skippedIn(ends), ...passed];
  const unneeded = unneededIn(ends);
  const said = new Set(ends.flatMap(({ notes: each = [] }) => each.map(({ message }) => message)));
  const notes = Array.from(said, (message) => ({ kind: 'message', message }) as const);
  return {
    counts,
    total: results.length,
    // The machines ran at the same time, so the slowest determines the duration.
    duration: Math.max(...ends.map(({ duration }) => duration)),
    interrupted: ends.some(({ interrupted }) => interrupted),
    ended: Math.max(...ends.map(({ ended }) => Date.parse(ended))),
    ...(shortfalls.length > 0 && { shortfalls }),
    ...(unneeded.length > 0 && { unneeded }),
    ...(notes.length > 0 && { notes }),
    exitStatus: worst([
      ...ends.map(({ exitStatus }) => exitStatus),
      ...(shortfalls.length > 0 ? [1] : []),
      ...(judgedNothing(counts) ? [3] : []),
    ]),
  };
}

/** What one machine did not need, another one may have needed. */
function unneededIn(ends: readonly EndLine[]): readonly Unneeded[] {
  const [first = [], ...others] = ends.map(({ unneeded = [] }) => unneeded.map((each) => JSON.stringify(each)));
  return first
    .filter((each) => others.every((other) => other.includes(each)))
    .map((each) => JSON.parse(each) as NonNullable<EndLine['unneeded']>[number])
    .map(({ finding, place }) => ({ finding, place: placeOf(place) }));
}

/** The skips that the shards refused, added up. */
function skippedIn(ends: readonly EndLine[]): readonly Shortfall[] {
  const parts = ends.flatMap(({ shortfalls = [] }) => shortfalls.filter((each) => each.kind === 'skipped'));
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  return count === 0 ? [] : [{ kind: 'skipped', count, names: [...new Set(parts.flatMap(({ names }) => names))] }];
}

/** The exit status of the whole run: interrupted, failed, or could not be checked. */
function worst(statuses: readonly number[]): number {
  return [130, 1, 3].find((status) => statuses.includes(status)) ?? Math.max(...statuses);
}
