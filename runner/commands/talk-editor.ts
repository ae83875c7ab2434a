import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from '../at-exit.ts';
import { messageOf } from '../phrase.ts';
import type { TalkState } from './talk-state.ts';

/** Readable only by the user: the text may be confidential. */
const privately = 0o600;

/**
 * Opens `text` in the user's editor, and returns the result; `undefined` without a terminal, or if the editor failed.
 * The file is private, in a folder of its own for the editor's backups, and both are removed.
 */
export async function editText(state: TalkState, text: string): Promise<string | undefined> {
  const { terminal, display, lines } = state;
  if (terminal.stdin?.isTTY !== true || terminal.raw.stdout.isTTY !== true) {
    display.remark('Cannot open an editor: this is not a terminal');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mailspec-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const forget = atExit(remove);
  try {
    const file = join(folder, 'message.eml');
    await writeFile(file, text, { mode: privately });
    const { VISUAL, EDITOR, MAILSPEC_PASSWORD: _, ...env } = terminal.env;
    const editor = VISUAL || EDITOR || 'vi';
    const trouble = await lines.aside(() => run(editor, file, { ...env, VISUAL, EDITOR }));
    if (trouble !== undefined) {
      display.remark(`Nothing is sent: the editor "${editor}" ${trouble}`);
      return undefined;
    }
    return (await readFile(file, 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    display.remark(`Nothing is sent: ${messageOf(error)}`);
    return undefined;
  } finally {
    remove();
    forget();
  }
}

/** Ctrl-C reaches the shell as well: it would end with the signal after an editor that went on and saved. */
const keepShell = 'trap : INT QUIT\n';

/** Runs the editor as git does: by a shell, since the variable may contain arguments. Resolves to the error, if any. */
function run(editor: string, file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', `${keepShell}${editor} "$1"`, editor, file], { stdio: 'inherit', env });
    child.on('error', (error) => resolve(`cannot be started: ${error.message}`));
    child.on('exit', (status, signal) =>
      resolve(status === 0 ? undefined : `ended with ${signal ?? signalIn(status) ?? `status ${status}`}`),
    );
  });
}

/** A shell reports the signal that ended its command as a status. */
function signalIn(status: number | null): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => status === 128 + number)?.[0];
}
