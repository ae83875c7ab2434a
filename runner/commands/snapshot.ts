import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { many } from '../phrase.ts';
import { changesBetween } from '../snapshot/changes.ts';
import { snapshotFiles } from '../snapshot/files.ts';
import { leftOutLines } from '../snapshot/left-out.ts';
import { visible } from '../visible.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { rewrite } from './rewriting.ts';
import { type ObservedServers, observedServers } from './snapshot-servers.ts';

export const main: Main = async (args, terminal) => {
  const observed = await observedServers(undefined, args, terminal);
  if (terminal.signal.aborted) return 130;
  if (observed === undefined) {
    terminal.stderr.write('error: Cannot take a snapshot: no server could be observed\n');
    return 3;
  }
  const folder = resolve(terminal.cwd, args.value('out') ?? 'scenarios/baseline');
  const status = args.has('update')
    ? await update(folder, observed, args, terminal)
    : await writeAll(folder, observed, terminal);
  for (const line of leftOutLines(observed.leftOut)) terminal.stderr.write(`${line}\n`);
  return status;
};

async function writeAll(folder: string, { settled, defaults }: ObservedServers, terminal: Terminal): Promise<number> {
  await mkdir(folder, { recursive: true });
  for (const [file, text] of snapshotFiles(settled, defaults)) {
    const path = join(folder, `${file}.yaml`);
    await writeFile(path, text);
    const count = settled.filter(({ probe }) => probe.file === file).length;
    terminal.stderr.write(`${visible(relative(terminal.cwd, path))}: ${many(count, 'scenario')}\n`);
  }
  return 0;
}

/** Shows the changes, asks, and rewrites only those values. */
async function update(
  folder: string,
  { settled, defaults }: ObservedServers,
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const all = await Promise.all(
    snapshotFiles(settled, defaults).map(async ([file, fresh]) => {
      const path = join(folder, `${file}.yaml`);
      const old = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      const changes = changesBetween(old ?? 'scenarios: []\n', fresh);
      return { ...changes, path, isNew: old === undefined, ...(old === undefined && { text: fresh }) };
    }),
  );
  const changed = all.filter(({ values, added }) => values.length + added.length > 0);
  for (const { path, missing } of all)
    for (const name of missing)
      terminal.stderr.write(
        `note: ${visible(`${relative(terminal.cwd, path)} › ${name} was not seen again, and is left as it is`)}\n`,
      );
  if (changed.length === 0) {
    terminal.stderr.write('Nothing changed\n');
    return 0;
  }
  await mkdir(folder, { recursive: true });
  return (await rewrite(changed, args, terminal)) ? 0 : 1;
}
