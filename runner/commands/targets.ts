import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { configName } from '../scenario/plan.ts';
import { ArgumentError } from './arguments.ts';

/** What the arguments name: files to read, and which of their scenarios. */
export interface Targets {
  /** Absolute, without doubles, in the order in which they were named; a folder's in the order of their paths. */
  readonly files: readonly string[];
  /** `FILE:LINE`: the scenario at that line. */
  readonly lines: readonly { readonly file: string; readonly line: number }[];
  /** Ids, `*` allowed. */
  readonly ids: readonly string[];
  /** Files of which every scenario is meant, whatever `lines` and `ids` say of others. */
  readonly whole: ReadonlySet<string>;
}

const scenarioFiles = '**/*.{yaml,yml}';
/** Where shipped packs lie in the package. */
const shipped = 'mailspec:';

/** Resolves arguments; `listed` are the configuration's globs, relative to `root`, for when no argument names a file. */
export async function resolveTargets(
  positionals: readonly string[],
  options: { readonly cwd: string; readonly root: string; readonly listed: readonly string[] },
): Promise<Targets> {
  const files: string[] = [];
  const lines: { file: string; line: number }[] = [];
  const ids: string[] = [];
  const whole = new Set<string>();
  for (const positional of positionals) {
    if (positional.includes('#')) {
      ids.push(positional.startsWith(shipped) ? positional.slice(shipped.length) : positional);
      if (positional.startsWith(shipped))
        files.push(...(await pack(positional.slice(shipped.length).replace(/#.*/s, ''))));
      continue;
    }
    // FILE:LINE:COLUMN is how messages name places.
    const at = /^(.+?):(\d+)(?::\d+)?$/.exec(positional);
    if (at?.[1] !== undefined && (await kindOf(resolve(options.cwd, at[1]))) === 'file') {
      const file = resolve(options.cwd, at[1]);
      files.push(file);
      lines.push({ file, line: Number(at[2]) });
      continue;
    }
    const found = positional.startsWith(shipped)
      ? await pack(positional.slice(shipped.length))
      : await filesOf(positional, options.cwd);
    for (const file of found) whole.add(file);
    files.push(...found);
  }
  const onlyIds = positionals.length > 0 && ids.length === positionals.length && files.length === 0;
  if (positionals.length === 0 || onlyIds) {
    for (const pattern of options.listed) files.push(...(await listedBy(pattern, options.root)));
    if (positionals.length === 0) for (const file of files) whole.add(file);
  }
  return { files: [...new Set(files)], lines, ids, whole };
}

/** What an entry of the configuration's `scenarios` stands for: a file, a folder or a glob. */
async function listedBy(entry: string, root: string): Promise<readonly string[]> {
  const path = resolve(root, entry);
  return (await kindOf(path)) === 'folder' ? expand(scenarioFiles, path) : expand(entry, root);
}

async function filesOf(positional: string, cwd: string): Promise<readonly string[]> {
  const path = resolve(cwd, positional);
  const kind = await kindOf(path);
  if (kind === 'file') return [path];
  const found = kind === 'folder' ? await expand(scenarioFiles, path) : await matching(positional, cwd);
  if (found.length > 0) return found;
  if (kind === 'folder') throw new ArgumentError(`Cannot find scenarios in "${positional}": it has no .yaml file`);
  throw new ArgumentError(`Cannot find "${positional}": there is no such file or folder`, hintFor(positional));
}

function hintFor(positional: string): string | undefined {
  return /^[\w-]+$/.test(positional) ? `A pack that ships with mailspec is named "mailspec:${positional}"` : undefined;
}

async function pack(name: string): Promise<readonly string[]> {
  const folder = join(packageRoot(), 'scenarios');
  const path = resolve(folder, name);
  if (relative(folder, path).startsWith('..')) throw new ArgumentError(`Unknown pack "mailspec:${name}"`);
  if ((await kindOf(`${path}.yaml`)) === 'file') return [`${path}.yaml`];
  if ((await kindOf(path)) === 'folder') return expand(scenarioFiles, path);
  const packs = [
    ...new Set((await expand(scenarioFiles, folder)).map((file) => relative(folder, file).split('/')[0] ?? '')),
  ].filter((each) => each !== 'fragments');
  throw new ArgumentError(
    `Unknown pack "mailspec:${name}"`,
    `There are ${packs.map((each) => `mailspec:${each}`).join(', ')}`,
  );
}

async function matching(positional: string, cwd: string): Promise<string[]> {
  const { isDynamicPattern } = await import('tinyglobby');
  return isDynamicPattern(positional) ? expand(positional, cwd) : [];
}

async function expand(pattern: string, cwd: string): Promise<string[]> {
  // Loaded when needed: files are mostly named one by one.
  const { glob } = await import('tinyglobby');
  const found = await glob(pattern, {
    cwd,
    absolute: true,
    ignore: ['**/node_modules/**', `**/${configName}`],
    expandDirectories: false,
  });
  return found.sort();
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
