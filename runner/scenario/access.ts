import { dirname, relative, resolve, sep } from 'node:path';
import { AccessError, lookInside, readTextInside } from '../access/open.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { FilePath } from '../message.ts';
import { isBelow, realPath } from '../paths.ts';
import { systemReason } from '../phrase.ts';
import type { Text } from '../plan.ts';
import type { ReadableFiles } from '../readable.ts';
import type { SourceFile, Span } from '../source.ts';
import type { WatchedPath } from '../steps.ts';
import { limits } from './limits.ts';

/** What planning needs of the file system; tests provide their own. */
export interface FileSystem {
  /**
   * Checks that a path leads to a regular file (or a folder) in one of the folders; without folders, anywhere. Throws
   * if not.
   */
  look(path: string, within: readonly string[] | undefined, kind?: 'file or folder'): void;
  /** The text of a file. Throws like `look`: the file may have been replaced since it was checked. */
  read(path: string, within: readonly string[] | undefined): string;
}

export const nodeFileSystem: FileSystem = {
  look: lookInside,
  read: (path, within) => readTextInside(path, within, limits.length),
};

/** Decides which files scenarios may read. */
export interface Access {
  readonly cwd: string;
  /** The folder that relative paths in this file are relative to. */
  folderOf(file: SourceFile): string;
  /**
   * The absolute path of a file named in another file. An error is reported, and returns `undefined`. `source`: the
   * file that relative paths are relative to, if it is another one. `trusted`: the configuration names the file, and
   * may name any; default: whether the span is in the configuration. `kind`: what else than a file it may be.
   */
  file(
    named: string,
    span: Span,
    report: (diagnostic: Diagnostic) => void,
    options?: { readonly source?: SourceFile; readonly trusted?: boolean; readonly kind?: 'file or folder' },
  ): string | undefined;
  /** The same if the name is known only at run time. `source`: as for `file`. */
  named(text: Text, span: Span, report: (diagnostic: Diagnostic) => void, source?: SourceFile): FilePath | undefined;
  /**
   * The same for a path that need not exist yet; if it exists, it is checked again when it is read. `source`: as for
   * `file`.
   */
  path(
    named: string,
    span: Span,
    report: (diagnostic: Diagnostic) => void,
    source?: SourceFile,
  ): WatchedPath | undefined;
  /** The text of a file whose path `file` returned. Throws if it cannot be read, or is outside the folders by now. */
  read(path: string): string;
  /** The sockets that scenarios may name, and folders of such sockets. */
  readonly sockets: readonly string[];
  /** What the run may read; see `Plan`. */
  readable(): ReadableFiles;
}

export interface AccessRules {
  readonly cwd: string;
  /** Absolute paths of the folders that scenarios may read: the project, `allow.files` and the shipped scenarios. */
  readonly folders: readonly string[];
  /** The same for sockets. */
  readonly sockets: readonly string[];
  /** The configuration may name any file. */
  readonly configFile: SourceFile | undefined;
  readonly system: FileSystem;
}

export function createAccess({ cwd, folders, sockets, configFile, system }: AccessRules): Access {
  const allowed = folders.map(realPath);
  const trustedFiles = new Set<string>();
  const folderOf = (file: SourceFile) => dirname(resolve(cwd, file.path));
  const file: Access['file'] = (named, span, report, options = {}) => {
    const { source = span.file, trusted = span.file === configFile } = options;
    if (named.includes('\0')) {
      report({ code: 'file.unreadable', message: 'A path cannot contain NUL', span });
      return undefined;
    }
    const path = resolve(folderOf(source), named);
    // Before the file is looked up, since a scenario must not find out whether a file exists elsewhere.
    if (!trusted && !allowed.some((folder) => isBelow(realPath(dirname(path)), folder)))
      return denied(named, span, report);
    try {
      system.look(path, trusted ? undefined : allowed, options.kind);
      if (trusted) trustedFiles.add(path);
      return path;
    } catch (error) {
      if (error instanceof AccessError && error.reason === 'outside') return denied(named, span, report);
      report({
        code: 'file.unreadable',
        message: `Cannot read "${named}": ${systemReason(error)}`,
        span,
        hint: 'Paths are relative to the file that names them',
      });
      return undefined;
    }
  };
  return {
    cwd,
    folderOf,
    sockets: sockets.map(realPath),
    read: (path) => system.read(path, trustedFiles.has(path) ? undefined : allowed),
    readable: () => ({ within: allowed, trusted: [...trustedFiles] }),
    path(named, span, report, source = span.file) {
      if (named.includes('\0')) {
        report({ code: 'file.unreadable', message: 'A path cannot contain NUL', span });
        return undefined;
      }
      const path = resolve(folderOf(source), named);
      if (span.file === configFile) return { path };
      return allowed.some((folder) => isBelow(realPath(path), folder))
        ? { path, within: allowed }
        : denied(named, span, report);
    },
    file,
    named: (text, span, report, source = span.file) =>
      typeof text === 'string'
        ? file(text, span, report, { source })
        : { text, folder: folderOf(source), within: allowed },
  };
}

function denied(named: string, span: Span, report: (diagnostic: Diagnostic) => void): undefined {
  report({
    code: 'access.denied',
    message: `Cannot read "${named}": it is outside the project`,
    span,
    hint: 'List its folder under "allow: { files: […] }" of the configuration',
  });
}

/** A path as it is shown: relative to the working directory if it is below that. */
export function shownPath(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  const way = relative(cwd, absolute);
  return way !== '' && isBelow(absolute, cwd) ? way.split(sep).join('/') : absolute;
}
