import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readTextInside } from '../access/open.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { packageRoot } from '../package-root.ts';
import { isBelow } from '../paths.ts';
import type { SourceFile, Span } from '../source.ts';
import type { Project } from './read.ts';
import { resolveTargets } from './targets.ts';

interface Named {
  readonly name: string;
  /** The place in the configuration; absent for `--var`. */
  readonly span?: Span;
}

/**
 * Reports variables that nothing uses: a misspelled policy would be ignored. A name counts as used if any file mentions
 * it that was read, that runs without arguments or that ships; so variables for files that do not run now are fine. A
 * name similar to one of the packs is an error if packs run, and a warning otherwise. Any other is a warning if the
 * whole project runs, or only packs do.
 */
export async function unreadNames(project: Project, whole: boolean): Promise<readonly Diagnostic[]> {
  const { config, cwd, files, overrides } = project;
  const inConfig = references(config.file?.text ?? '');
  const isShipped = ({ path }: SourceFile) => isBelow(resolve(cwd, path), shippedFolder());
  const read = files.filter((file) => !isShipped(file)).map(({ text }) => text);
  const packs = files.filter(isShipped).map(({ text }) => text);
  const ran = namesIn(packs);
  const onlyPacks = packs.length > 0 && read.length === 0;
  const open = named(project).filter(({ name }) => !inConfig.has(name) && !ran.has(name) && !mentioned(name, read));
  if (open.length === 0) return [];
  const own = textsOf([...(await listed(project)), ...project.fragments()]);
  const foreign = open.filter(({ name }) => !mentioned(name, own));
  if (foreign.length === 0) return [];
  const shipped = await shippedTexts();
  const isRead = ({ name }: Named) => shipped.some((text) => text.includes(name) && namesIn([text]).has(name));
  const unread = foreign.filter((each) => !isRead(each));
  if (unread.length === 0) return [];
  const policies = new Set(shipped.flatMap(policiesIn));
  return unread.flatMap(({ name, span }): readonly Diagnostic[] => {
    const near = nearest(name, policies);
    const isExpected = onlyPacks || (whole && overrides.variables?.has(name) !== true);
    if (near === undefined && !isExpected) return [];
    return [
      {
        code: 'variable.unread',
        ...(near === undefined || packs.length === 0 ? { severity: 'warning' } : {}),
        message: `No scenario reads the variable "${name}"`,
        ...(span && { span }),
        hint: near === undefined ? 'Remove it, or correct its name' : `Did you mean "${near}"?`,
      },
    ];
  });
}

function named({ config, overrides }: Project): readonly Named[] {
  const own = [...config.variables].flatMap(([name, definition]) =>
    definition.from === 'file' ? [{ name, span: definition.node.span }] : [],
  );
  return [...own, ...[...(overrides.variables?.keys() ?? [])].map((name) => ({ name }))];
}

/** The names after `${` in a text. */
function references(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\$\{\s*([A-Za-z_][\w.-]*)/g)].map(([, name = '']) => name));
}

/** The names that packs read. Their prose has others, which are settings of servers, such as relay_domains. */
function namesIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => [...references(text), ...required(text)]));
}

/** The names that a pack lets the configuration set: neither captures nor the variables of a remedy's example. */
function policiesIn(text: string): readonly string[] {
  const [, defaults = ''] = /^defaults:(.*(?:\n +.*)*)/m.exec(text) ?? [];
  return [...required(text), ...[...defaults.matchAll(/(\w+):/g)].map(([, name = '']) => name)];
}

function required(text: string): readonly string[] {
  return [...text.matchAll(/requires: *\[([^\]]*)\]/g)].flatMap(([, names = '']) => [...wordsOf(names)]);
}

/** Whether a name occurs as a whole word, so that `requires`, `each` and any other use counts. */
function mentioned(name: string, texts: readonly string[]): boolean {
  // Most texts do not contain it at all, which is much faster to find out than word boundaries.
  return texts.some((text) => text.includes(name) && wordsOf(text).includes(name));
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[A-Za-z_][\w.-]*/g) ?? [];
}

/** The files that run without arguments. */
async function listed({ config }: Project): Promise<readonly string[]> {
  return resolveTargets([], { cwd: config.folder, root: config.folder, listed: config.scenarios }).then(
    ({ files }) => files,
    // An error in the listed files does not concern this command.
    () => [],
  );
}

function shippedFolder(): string {
  return join(packageRoot(), 'scenarios');
}

/** The texts of all files that ship. */
export async function shippedTexts(): Promise<readonly string[]> {
  return textsOf(await yamlIn(shippedFolder()));
}

async function yamlIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true, encoding: 'utf8' }))
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => join(folder, path));
}

/** One after another: to wait for a hundred small files takes longer than to read them. */
function textsOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    try {
      return readTextInside(path, undefined);
    } catch {
      // A file that cannot be read is reported elsewhere.
      return '';
    }
  });
}
