import { access, constants, stat } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostic.ts';
import { messageOf } from '../phrase.ts';
import type { Config } from '../scenario/plan.ts';

/** Reports log files that cannot be read. A missing one that a service may still create is not reported. */
export async function unreadableLogs({
  logs,
  services,
}: Pick<Config, 'logs' | 'services'>): Promise<readonly Diagnostic[]> {
  const reasons = await Promise.all(logs.map(unreadable));
  return logs.flatMap((path, at): readonly Diagnostic[] => {
    const why = reasons[at];
    if (why === undefined || (why === 'no such file' && services.length > 0)) return [];
    return [
      {
        code: 'file.unreadable',
        severity: 'warning',
        message: `Cannot read the log "${path}": ${why}`,
        hint: 'No lines of it are shown when a scenario fails: correct "logs" in the configuration, or let this user read the file',
      },
    ];
  });
}

async function unreadable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK);
    const found = await stat(path);
    return found.isFile() ? undefined : found.isDirectory() ? 'it is a folder' : 'it is not a file';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : messageOf(error);
  }
}
