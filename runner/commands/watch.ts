import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ArgumentError, DiagnosticError } from '../diagnostic.ts';
import { many } from '../phrase.ts';
import { shownPath } from '../scenario/plan.ts';
import type { Terminal } from './command.ts';
import { printArgumentError, printDiagnostics } from './diagnostics.ts';

/** Milliseconds without a change before a run: an editor writes a file in several steps. */
const quiet = 100;

/** Called with every file before it is read. */
type Noted = (path: string) => void;

/**
 * Runs once, and again whenever a file that was read has changed or a scenario file was added to a folder, until
 * Ctrl-C. Errors in files are shown, and watching goes on. Resolves to the last exit status, or 130 if a run was
 * interrupted.
 */
export async function watching(once: (noted: Noted) => Promise<number>, terminal: Terminal): Promise<number> {
  const { raw, stderr, signal, cwd } = terminal;
  const changes = createChanges();
  try {
    for (let first = true; ; first = false) {
      if (raw.stdout.isTTY) raw.stdout.write('\x1b[2J\x1b[3J\x1b[H');
      const status = await attempt(() => once(changes.noted), terminal, first);
      if (signal.aborted) return status;
      if (changes.files() === 0) return status;
      stderr.write(`\nwaiting for a change in ${many(changes.files(), 'file')}; Ctrl-C ends\n`);
      const changed = await changes.next(signal);
      if (changed === undefined) return status;
      stderr.write(`${shownPath(changed, cwd)} has changed\n\n`);
    }
  } finally {
    changes.close();
  }
}

/** Arguments that cannot be used are an error in the first run; later, a file may have been removed. */
async function attempt(once: () => Promise<number>, terminal: Terminal, first: boolean): Promise<number> {
  try {
    return await once();
  } catch (error) {
    if (error instanceof ArgumentError) {
      if (first) throw error;
      printArgumentError(error, terminal);
    } else if (error instanceof DiagnosticError) printDiagnostics(error.diagnostics, terminal);
    else throw error;
    return 2;
  }
}

interface Changes {
  readonly noted: Noted;
  /** How many files are watched. */
  files(): number;
  /** The file that has changed since the last call; `undefined` if the signal aborts first. */
  next(signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** Folders are watched instead of files, since editors replace a file by a new one. */
function createChanges(): Changes {
  const files = new Set<string>();
  const folders = new Map<string, FSWatcher>();
  let changed: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  let wake = (): void => {};
  const happened = (folder: string, name: string): void => {
    const path = join(folder, name);
    if (!files.has(path) && !/\.ya?ml$/.test(name)) return;
    changed ??= path;
    settled = false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      settled = true;
      wake();
    }, quiet);
  };
  return {
    noted(path) {
      files.add(path);
      const folder = dirname(path);
      if (folders.has(folder)) return;
      try {
        const watcher = watchFolder(folder, (_event, name) => happened(folder, name ?? basename(path)));
        // The folder was removed: its files are noticed again at another change.
        watcher.on('error', () => folders.delete(folder));
        folders.set(folder, watcher);
      } catch {
        // The folder does not exist, which reading the file reports.
      }
    },
    files: () => files.size,
    async next(signal) {
      if (!settled && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', wake, { once: true });
        });
        signal.removeEventListener('abort', wake);
      }
      if (signal.aborted) return undefined;
      const path = changed;
      changed = undefined;
      settled = false;
      return path;
    },
    close() {
      clearTimeout(timer);
      for (const watcher of folders.values()) watcher.close();
    },
  };
}
