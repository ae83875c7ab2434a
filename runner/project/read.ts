import { dirname, resolve } from 'node:path';
import { AccessError, readTextNamed, type Within } from '../access/open.ts';
import { ArgumentError, type Diagnostic, DiagnosticError, isError } from '../diagnostic.ts';
import { packageRoot } from '../package-root.ts';
import { isBelow, realPath } from '../paths.ts';
import { systemReason } from '../phrase.ts';
import type { Secret } from '../plan.ts';
import { limits } from '../scenario/limits.ts';
import {
  type Config,
  type FileSystem,
  loadConfig,
  nodeFileSystem,
  type Overrides,
  readConfig,
  type Selection,
  shownPath,
} from '../scenario/plan.ts';
import type { SourceFile } from '../source.ts';
import { failedLastTime, type Unpassed } from './last-run.ts';
import type { ProjectOptions } from './options.ts';
import { overridesOf } from './overrides.ts';
import { projectSecrets, sealed } from './sealed.ts';
import { resolveTargets, type Targets } from './targets.ts';
import { environment, workingFolder } from './world.ts';

/** Everything that the options name, after reading it: all that a plan needs. */
export interface Project {
  readonly cwd: string;
  readonly config: Config;
  /** The secrets that are known without the services. */
  readonly secrets: readonly Secret[];
  readonly files: readonly SourceFile[];
  /** Errors and warnings in the configuration, and errors for files that cannot be read. */
  readonly diagnostics: readonly Diagnostic[];
  readonly overrides: Overrides;
  readonly selection: Selection;
  /** The files that planning has read so far in addition to `files`, such as fragments. */
  fragments(): readonly string[];
  /** Reads files that scenarios name. */
  readonly system: FileSystem;
  /** The folder that keeps parsed trees. */
  readonly cache: string | undefined;
}

/** Throws a `DiagnosticError` if an option cannot be used or the configuration cannot be read. */
export async function readProject(options: ProjectOptions): Promise<Project> {
  const { cwd = workingFolder(), targets: named = [], rerunFailed = false, onFile = () => {} } = options;
  const { secrets: given = {}, onSecrets = () => {} } = options;
  const overrides = overridesOf(options);
  const read = await configuration(options, cwd, onFile);
  const sockets = [...read.config.allow.sockets, ...(options.sockets ?? []).map((path) => resolve(cwd, path))];
  const allow = { ...read.config.allow, sockets };
  const config = { ...read.config, allow, secretNames: new Set([...read.config.secretNames, ...Object.keys(given)]) };
  const secrets = projectSecrets(config, overrides.variables ?? new Map(), !read.diagnostics.some(isError));
  onSecrets(secrets);
  const diagnostics = sealed(read.diagnostics, secrets, config.file);
  // Without its configuration every server would be unknown, and those errors would hide the cause.
  if (config.file === undefined && diagnostics.some(isError)) throw new DiagnosticError(diagnostics);
  const failed = rerunFailed ? unpassedBefore(config.folder) : undefined;
  const again = named.length === 0 ? [...new Set(failed?.map(({ file }) => file))] : [];
  const listed = { cwd, root: config.folder, listed: config.scenarios, further: again };
  const targets = await resolveTargets(named, listed);
  const { files, unreadable } = readAll(targets, config, cwd, onFile, new Set(again));
  const seen = new Set<string>();
  return {
    cwd,
    config,
    secrets,
    files,
    fragments: () => [...seen].filter((path) => /\.ya?ml$/.test(path)),
    diagnostics: [...diagnostics, ...unreadable],
    overrides,
    selection: selectionOf(options, targets, failed),
    cache: options.cache,
    system: {
      ...nodeFileSystem,
      look(path, within, kind) {
        seen.add(path);
        onFile(path);
        nodeFileSystem.look(path, within, kind);
      },
    },
  };
}

type OnFile = (path: string) => void;

async function configuration(
  { env = environment(), config, profile }: ProjectOptions,
  cwd: string,
  onFile: OnFile,
): ReturnType<typeof loadConfig> {
  if (typeof config === 'object') return readConfig(config, dirname(resolve(cwd, config.path)), { env, profile });
  return loadConfig({
    cwd,
    env,
    file: config,
    profile,
    async readFile(path) {
      const text = readTextNamed(path, undefined, limits.length);
      onFile(path);
      return text;
    },
  });
}

/**
 * A folder elsewhere may contain links, since the user named it. Below the project's folder, a link must not lead out
 * of it, even if the link itself was named: whoever may change scenario files may have created it. The same applies to
 * `again`, the files that the record of the last run names, which may be part of the project.
 */
function withinOf({ below }: Targets, config: Config, again: ReadonlySet<string>): (path: string) => Within {
  const projects = [config.folder, realPath(config.folder)];
  const folders = [config.folder, ...config.allow.files].map(realPath);
  return (path) => {
    if (again.has(path)) return [...folders, realPath(packageRoot())];
    const named = below.get(path) ?? path;
    if (projects.some((project) => isBelow(named, project))) return folders;
    return below.has(path) ? [realPath(named), ...folders] : undefined;
  };
}

function readAll(targets: Targets, config: Config, cwd: string, onFile: OnFile, again: ReadonlySet<string>) {
  const { files: paths, texts } = targets;
  const withinFor = withinOf(targets, config, again);
  const files: SourceFile[] = [];
  const unreadable: Diagnostic[] = [];
  for (const path of paths) {
    const shown = shownPath(path, cwd);
    const given = texts.get(path);
    if (given !== undefined) {
      files.push({ path: shown, text: given });
      continue;
    }
    onFile(path);
    try {
      // Read synchronously: four switches to another thread for each file took a tenth of planning.
      files.push({ path: shown, text: readTextNamed(path, withinFor(path), limits.length) });
    } catch (error) {
      unreadable.push({
        code: error instanceof AccessError && error.reason !== 'size' ? 'access.denied' : 'file.unreadable',
        message: `Cannot read "${shown}": ${systemReason(error)}`,
        ...(error instanceof AccessError &&
          error.reason === 'outside' && {
            hint: again.has(path)
              ? `Name the file, too: mailspec run --rerun-failed ${shown}`
              : 'Remove the link, name the file by the path that the link leads to, or list its folder under "allow: { files: […] }" of the configuration',
          }),
      });
    }
  }
  return { files, unreadable };
}

function unpassedBefore(root: string): readonly Unpassed[] {
  const failed = failedLastTime(root);
  if (failed === undefined)
    throw new ArgumentError(
      'Cannot rerun what failed: no earlier run is known here',
      'Run without "--rerun-failed" first',
    );
  if (failed.length === 0) throw new ArgumentError('Nothing to rerun: everything passed last time');
  return failed;
}

/** `failed`: with `rerunFailed`, the scenarios that did not pass last time. */
function selectionOf(
  { tags, grep }: ProjectOptions,
  { files, lines, ids, whole }: Targets,
  failed: readonly Unpassed[] | undefined,
): Selection {
  if (failed !== undefined) {
    const named = new Set(files);
    return { tags, grep, ids: failed.filter(({ file }) => named.has(file)).map(({ id }) => id) };
  }
  if (lines.length === 0 && ids.length === 0) return { tags, grep };
  return { tags, grep, ids, places: [...lines, ...[...whole].map((file) => ({ file }))] };
}
