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

/** What planning needs of the file system; tests bring their own. */
export interface FileSystem {
  /** Looks whether a path leads to a regular file (or a folder) inside of the folders (anywhere without). Throws where not. */
  look(path: string, within: readonly string[] | undefined, kind?: 'file or folder'): void;
  /** The file's text. Throws likewise: what was looked at may be another file by now. */
  read(path: string, within: readonly string[] | undefined): string;
}

export const nodeFileSystem: FileSystem = {
  look: lookInside,
  read: (path, within) => readTextInside(path, within, limits.length),
};

/** Decides which files scenarios may read. */
export interface Access {
  readonly cwd: string;
  /** The folder that relative paths of this file start from. */
  folderOf(file: SourceFile): string;
  /**
   * The absolute path of a file named in another; a mistake is reported, and gives `undefined`. `source`: the file that
   * relative paths start from, where that is another. `trusted`: the configuration names it, which may name any; default, where
   * the span lies in it. `kind`: what else than a file it may be.
   */
  file(
    named: string,
    span: Span,
    report: (diagnostic: Diagnostic) => void,
    options?: { readonly source?: SourceFile; readonly trusted?: boolean; readonly kind?: 'file or folder' },
  ): string | undefined;
  /** Likewise where only the run knows the name; `source`: the file that relative paths start from, where that is another. */
  named(text: Text, span: Span, report: (diagnostic: Diagnostic) => void, source?: SourceFile): FilePath | undefined;
  /**
   * Likewise for what need not exist yet; where it exists, it is looked at again when it is read.
   * `source`: the file that relative paths start from, where that is another.
   */
  path(
    named: string,
    span: Span,
    report: (diagnostic: Diagnostic) => void,
    source?: SourceFile,
  ): WatchedPath | undefined;
  /** The text of a file that `file` gave. Throws where it can't be read, or lies outside by now. */
  read(path: string): string;
  /** Files and folders that sockets which scenarios name must be, or lie in. */
  readonly sockets: readonly string[];
  /** What the run may read, and where: see `Plan`. */
  readable(): ReadableFiles;
}

export interface AccessRules {
  readonly cwd: string;
  /** Folders below which scenarios may read: the project, `allow.files`, the shipped scenarios. Absolute. */
  readonly folders: readonly string[];
  /** Likewise for sockets. */
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
    // Before the file is looked for: whether a file exists elsewhere is nobody's business.
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

/** A path as people see it: relative to the working directory where it lies below. */
export function shownPath(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  const way = relative(cwd, absolute);
  return way !== '' && isBelow(absolute, cwd) ? way.split(sep).join('/') : absolute;
}
