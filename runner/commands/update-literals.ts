import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Kept, literalChanges, type Ran } from '../authoring/literals.ts';
import { ArgumentError } from '../diagnostic.ts';
import type { ScenarioResult } from '../result.ts';
import { visible } from '../visible.ts';
import type { Arguments, Terminal } from './command.ts';
import { type Rewriting, rewrite } from './rewriting.ts';

/** The most runs: a scenario ends at its first failure, so each run finds one more. */
const mostRounds = 20;

type Play = (onResult: (result: ScenarioResult) => void) => Promise<number>;

/** Runs, offers to write the server's actual replies, and runs again, until there is nothing left to write. */
export async function updating(play: Play, args: Arguments, terminal: Terminal): Promise<number> {
  const [other] = ['watch', 'shard', 'eval', 'dry-run', 'bail'].filter((name) => args.has(name));
  if (other !== undefined)
    throw new ArgumentError(
      `Cannot use "--update" with "--${other}"`,
      'Run without it: "--update" needs the results of whole scenario files',
    );
  if (args.positionals.includes('-'))
    throw new ArgumentError('Cannot update standard input', 'Name the scenario file instead of "-"');
  for (let round = 1; ; round++) {
    const results: ScenarioResult[] = [];
    const status = await play((result) => results.push(result));
    if (terminal.signal.aborted) return 130;
    const changes = await changesOf(results, terminal.cwd);
    const changed = changes.filter(({ values }) => values.length > 0);
    if (changed.length === 0 || round === mostRounds) {
      for (const { path, kept } of changes) for (const each of kept) terminal.stderr.write(noteOn(path, each));
      if (changes.length > 0) terminal.stderr.write('No further value can be updated\n');
      return status;
    }
    if (!(await rewrite(changed, args, terminal))) return status;
  }
}

interface Changes extends Rewriting {
  readonly kept: readonly Kept[];
}

/** The changes for each file; shipped files are never changed. */
async function changesOf(results: readonly ScenarioResult[], cwd: string): Promise<readonly Changes[]> {
  const files = new Map<string, Ran[]>();
  for (const { scenario, outcome, problem } of results) {
    const { file, shipped } = scenario.suite;
    if (shipped || outcome === 'skipped' || outcome === 'not_run') continue;
    const isRed = outcome === 'failed' || outcome === 'warning';
    const ran = { name: scenario.name, place: scenario.place, mismatches: isRed ? (problem?.mismatches ?? []) : [] };
    files.set(file, [...(files.get(file) ?? []), ran]);
  }
  const red = [...files].filter(([, ran]) => ran.some(({ mismatches }) => mismatches.length > 0));
  return Promise.all(
    red.map(async ([file, ran]) => {
      const path = resolve(cwd, file);
      const changes = literalChanges({ path: file, text: await readFile(path, 'utf8') }, ran);
      return { ...changes, path, added: [], isNew: false };
    }),
  );
}

const reasons: Readonly<Record<Kept['why'], string>> = {
  'not a literal': 'is not a literal; change it by hand',
  shared: 'is shared by several scenarios; change it by hand',
  'cases differ': 'is met by other cases of the scenario; change it by hand',
};

function noteOn(path: string, { scenario, line, why }: Kept): string {
  return `note: ${visible(`${path}:${line} › ${scenario}`)}: the expectation ${reasons[why]}\n`;
}
