import type { ValueChange } from '../authoring/edits.ts';
import { type Compared, compare, isSame } from '../comparing/compare.ts';
import { code, differenceText, text } from '../comparing/markdown.ts';
import { defined } from '../defined.ts';
import { ArgumentError } from '../diagnostic.ts';
import { grouped } from '../grouped.ts';
import { many } from '../phrase.ts';
import { load } from '../project/load.ts';
import { changesBetween } from '../snapshot/changes.ts';
import { snapshotFiles } from '../snapshot/files.ts';
import { type LeftOutGroup, leftOutGroups } from '../snapshot/left-out.ts';
import { pairs } from './arguments.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { loadOptions } from './load-options.ts';
import { readResults, type ScenarioLine } from './results.ts';
import { observedServers } from './snapshot-servers.ts';

export const main: Main = async (args, terminal) => {
  const [before, after, ...more] = args.positionals;
  if (before === undefined && args.has('server')) return servers(args, terminal);
  if (before === undefined || after === undefined || more.length > 0)
    throw new ArgumentError(
      'Cannot compare: two results, or two servers, must be named',
      'Write "mailspec diff yesterday.jsonl today.jsonl", "mailspec diff scenarios/baseline today.jsonl", or "--server old=URL --server new=URL"',
    );
  const [old, fresh] = [await read(before, args, terminal), await read(after, args, terminal)];
  const difference = compare(old, fresh);
  terminal.stdout.write(differenceText(difference, { before, after }));
  return isSame(difference) ? 0 : 1;
};

/** The results of a run, or the scenarios of a snapshot, which counted as passed when they were written. */
async function read(path: string, args: Arguments, terminal: Terminal): Promise<readonly Compared[]> {
  if (/\.jsonl?$/.test(path)) return readResults(path, terminal.cwd).scenarios.map(compared);
  const options = await loadOptions({ ...args, positionals: [] }, terminal);
  const { plan } = await load({ ...options, servers: {}, targets: [path] });
  return plan.scenarios.map(({ id, formerIds, name }) => ({
    ...(formerIds && { formerIds }),
    ...{ id, name, outcome: 'passed', duration: Number.POSITIVE_INFINITY, facts: [] },
  }));
}

function compared({ id, formerIds, name, outcome, duration, problem }: ScenarioLine): Compared {
  const { action, check } = problem?.evidence ?? {};
  return {
    ...{ id, name, outcome, duration },
    ...(formerIds && { formerIds }),
    ...(problem && { problem: problem.message }),
    ...defined({ step: action?.text ?? check?.label }),
    facts: problem?.mismatches.map(({ path, expected, actual }) => ({ path, expected, actual })) ?? [],
  };
}

/** The same snapshot of both servers under one name, so that only their behavior differs. */
async function servers(args: Arguments, terminal: Terminal): Promise<number> {
  const given = pairs(args, 'server');
  const names = [...given.keys()];
  if (names.length !== 2 || !given.has('old') || !given.has('new'))
    throw new ArgumentError(
      'Cannot compare: the servers must be named "old" and "new"',
      'Write "--server old=URL --server new=URL"',
    );
  const files: ReadonlyMap<string, string>[] = [];
  const leftOut: (readonly [server: string, group: LeftOutGroup])[] = [];
  for (const name of ['old', 'new']) {
    const taken = await observedServers({ server: given.get(name) ?? '' }, args, terminal);
    if (terminal.signal.aborted) return 130;
    if (taken === undefined) {
      terminal.stderr.write(`error: Cannot compare: nothing of the server "${name}" could be observed\n`);
      return 3;
    }
    files.push(new Map(snapshotFiles(taken.settled, {})));
    leftOut.push(...leftOutGroups(taken.leftOut).map((group) => [name, group] as const));
  }
  const [old, fresh] = files as [ReadonlyMap<string, string>, ReadonlyMap<string, string>];
  const sections = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((file) => {
    const changes = changesBetween(old.get(file) ?? 'scenarios: []\n', fresh.get(file) ?? 'scenarios: []\n');
    return [
      ...changes.values.flatMap(valueLines),
      ...changes.added.map((name) => `- ${name}: only the new server can be observed`),
      ...changes.missing.map((name) => `- ${name}: only the old server can be observed`),
    ];
  });
  const parts = [
    `# ${given.get('old')} and ${given.get('new')}`,
    ...(sections.length === 0
      ? ['Both answer the same.']
      : [`${many(sections.length, 'difference')}:`, sections.join('\n')]),
    ...(leftOut.length === 0 ? [] : ['## Not compared', leftOutText(leftOut)]),
  ];
  terminal.stdout.write(`${parts.join('\n\n')}\n`);
  return sections.length === 0 ? 0 : 1;
}

/** What is in one snapshot or in none, and why; what both servers have in common is said once. */
function leftOutText(all: readonly (readonly [server: string, group: LeftOutGroup])[]): string {
  return grouped(all, ([, group]) => JSON.stringify(group))
    .flatMap((same) => {
      const [[, { why, count, files }]] = same;
      const servers = same.map(([server]) => server).join(' and ');
      const names = files.flatMap((file) => file.names).join('; ');
      return count === undefined
        ? [`- ${servers}: ${text(`${names}: ${why}`)}`]
        : [`- ${servers}: ${text(`${count}: ${why}`)}`, `  - ${text(names)}`];
    })
    .join('\n');
}

/** A line with sublines for each difference. */
function valueLines({ scenario, path, before, after, items }: ValueChange): readonly string[] {
  const place = path.replace(/^dialogue\.?/, 'step ');
  if (items === undefined)
    return [
      changeLine(scenario, place, [
        ['old', [before]],
        ['new', [after]],
      ]),
    ];
  return items.map(({ step, gone, added }) => {
    const isSameStep = step !== undefined && gone.length === 1 && added.length === 1;
    const [old, fresh] = isSameStep ? ['old', 'new'] : ['only old', 'only new'];
    return changeLine(scenario, step === undefined ? place : `step ${step}`, [
      [old, gone],
      [fresh, added],
    ]);
  });
}

function changeLine(
  scenario: string,
  place: string,
  values: readonly (readonly [words: string, values: readonly string[]])[],
): string {
  const lines = values.flatMap(([words, all]) =>
    all.length === 0 ? [] : [`  - ${words}: ${all.map(code).join(', ')}`],
  );
  return [`- ${scenario}: ${code(place)}`, ...lines].join('\n');
}
