import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ArgumentError } from '../diagnostic.ts';
import { packageRoot } from '../package-root.ts';
import { configName, suiteIdOf } from '../scenario/plan.ts';
import type { LoadTarget } from './options.ts';

/** The files that targets name, and which of their scenarios. */
export interface Targets {
  /**
   * Absolute paths without duplicates, in the order in which they were named; those in a folder in the order of their
   * paths.
   */
  readonly files: readonly string[];
  /** The folder that was named, for files found by a folder or glob. A file that was named itself may be anywhere. */
  readonly below: ReadonlyMap<string, string>;
  /** `FILE:LINE`: the scenario at that line. */
  readonly lines: readonly { readonly file: string; readonly line: number }[];
  /** Ids, in which `*` matches any characters. */
  readonly ids: readonly string[];
  /** Files whose scenarios are all selected, whatever `lines` and `ids` select in others. */
  readonly whole: ReadonlySet<string>;
  /** The content of files that were given as text, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

const scenarioFiles = '**/*.{yaml,yml}';
/** The prefix of shipped packs. */
const shipped = 'mailspec:';

/** The default folder if the configuration lists no scenarios. */
const usualFolder = 'scenarios';

/**
 * Resolves targets. `listed`: the configuration's globs, relative to `root`, which are used if no target names a file.
 * Without these, the folder `scenarios` is used, if it exists.
 */
export async function resolveTargets(
  targets: readonly LoadTarget[],
  options: {
    readonly cwd: string;
    readonly root: string;
    readonly listed: readonly string[];
    /** Absolute paths of further files: never a pattern, a folder or an id. */
    readonly further?: readonly string[];
  },
): Promise<Targets> {
  const files: string[] = [];
  const lines: { file: string; line: number }[] = [];
  const ids: string[] = [];
  const whole = new Set<string>();
  const texts = new Map<string, string>();
  const below = new Map<string, string>();
  const listed = (found: Expanded): readonly string[] => {
    for (const file of found.files) if (found.below !== undefined && !below.has(file)) below.set(file, found.below);
    return found.files;
  };
  for (const target of targets) {
    if (typeof target === 'object') {
      const file = resolve(options.cwd, target.path);
      texts.set(file, target.text);
      files.push(file);
      whole.add(file);
      continue;
    }
    if (target.includes('#')) {
      ids.push(target.startsWith(shipped) ? target.slice(shipped.length) : target);
      if (target.startsWith(shipped)) files.push(...(await pack(target.slice(shipped.length).replace(/#.*/s, ''))));
      continue;
    }
    // Messages name places as FILE:LINE:COLUMN.
    const at = /^(.+?):(\d+)(?::\d+)?$/.exec(target);
    if (at?.[1] !== undefined && (await kindOf(resolve(options.cwd, at[1]))) === 'file') {
      const file = resolve(options.cwd, at[1]);
      files.push(file);
      lines.push({ file, line: Number(at[2]) });
      continue;
    }
    const found = target.startsWith(shipped)
      ? await pack(target.slice(shipped.length))
      : listed(await filesOf(target, options.cwd));
    for (const file of found) whole.add(file);
    files.push(...found);
  }
  const { further = [] } = options;
  files.push(...further);
  for (const file of further) whole.add(file);
  const onlyIds = targets.length > 0 && ids.length === targets.length && files.length === 0;
  if ((targets.length === 0 && further.length === 0) || onlyIds) {
    const { root } = options;
    const isUsual = options.listed.length === 0 && (await kindOf(resolve(root, usualFolder))) === 'folder';
    for (const pattern of isUsual ? [usualFolder] : options.listed)
      files.push(...listed(await listedBy(pattern, root)));
    if (targets.length === 0) for (const file of files) whole.add(file);
  }
  // These were also named themselves.
  for (const target of targets) if (typeof target === 'string') below.delete(resolve(options.cwd, target));
  for (const { file } of lines) below.delete(file);
  return { files: [...new Set(files)], lines, ids, whole, texts, below };
}

/** Files, and the folder in which they were found. */
interface Expanded {
  readonly files: readonly string[];
  readonly below?: string;
}

/** Resolves an entry of the configuration's `scenarios`: a file, a folder or a glob. */
async function listedBy(entry: string, root: string): Promise<Expanded> {
  const path = resolve(root, entry);
  const kind = await kindOf(path);
  if (kind === 'folder') return { files: await expand(scenarioFiles, path), below: path };
  return { files: await expand(entry, root), ...(kind === undefined && { below: staticPart(entry, root) }) };
}

async function filesOf(target: string, cwd: string): Promise<Expanded> {
  const path = resolve(cwd, target);
  const kind = await kindOf(path);
  if (kind === 'file') return { files: [path] };
  const found =
    kind === 'folder'
      ? { files: await expand(scenarioFiles, path), below: path }
      : { files: await matching(target, cwd), below: staticPart(target, cwd) };
  if (found.files.length > 0) return found;
  if (kind === 'folder') throw new ArgumentError(`Cannot find scenarios in "${target}": it has no .yaml file`);
  if (patternCharacters.test(target)) throw new ArgumentError(`Cannot find "${target}": no file matches`);
  throw new ArgumentError(`Cannot find "${target}": there is no such file or folder`, hintFor(target));
}

function hintFor(target: string): string | undefined {
  return /^[\w-]+$/.test(target) ? `A pack that ships with mailspec is named "mailspec:${target}"` : undefined;
}

/** The ids of the suites in packs (`mailspec:PACK`), without duplicates. */
export async function shippedSuites(packs: readonly string[]): Promise<readonly string[]> {
  const { files } = await resolveTargets(packs, { cwd: shippedFolder(), root: shippedFolder(), listed: [] });
  return files.map((file) => suiteIdOf(file, shippedFolder(), shippedFolder()));
}

function shippedFolder(): string {
  return join(packageRoot(), 'scenarios');
}

async function pack(name: string): Promise<readonly string[]> {
  const folder = shippedFolder();
  const path = resolve(folder, name);
  if (relative(folder, path).startsWith('..')) throw new ArgumentError(`Unknown pack "mailspec:${name}"`);
  if ((await kindOf(`${path}.yaml`)) === 'file') return [`${path}.yaml`];
  if ((await kindOf(path)) === 'folder') return expand(scenarioFiles, path);
  const packs = [
    ...new Set((await expand(scenarioFiles, folder)).map((file) => relative(folder, file).split('/')[0] ?? '')),
  ].filter((each) => each !== 'fragments');
  throw new ArgumentError(
    `Unknown pack "mailspec:${name}"`,
    `The packs are ${packs.map((each) => `mailspec:${each}`).join(', ')}`,
  );
}

const patternCharacters = /[*?[\]{}()!+@]/;

/** The folder of a glob: its parts before the first wildcard. */
function staticPart(glob: string, from: string): string {
  const parts = glob.split('/');
  const first = parts.findIndex((part) => patternCharacters.test(part));
  return resolve(from, parts.slice(0, first === -1 ? -1 : first).join('/') || (glob.startsWith('/') ? '/' : '.'));
}

async function matching(target: string, cwd: string): Promise<string[]> {
  const { isDynamicPattern } = await import('tinyglobby');
  return isDynamicPattern(target) ? expand(target, cwd) : [];
}

async function expand(pattern: string, cwd: string): Promise<string[]> {
  // Loaded when needed: files are mostly named individually.
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
