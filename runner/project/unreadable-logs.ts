import { accessSync, constants, statSync } from 'node:fs';
import type { Diagnostic } from '../diagnostic.ts';
import { messageOf } from '../phrase.ts';
import type { Config } from '../scenario/plan.ts';

/** Log files that show nothing because they cannot be read. One that a service may still make is not missing. */
export function unreadableLogs({ logs, services }: Pick<Config, 'logs' | 'services'>): readonly Diagnostic[] {
  return logs.flatMap((path): readonly Diagnostic[] => {
    const why = unreadable(path);
    if (why === undefined || (why === 'no such file' && services.length > 0)) return [];
    return [
      {
        code: 'file.unreadable',
        severity: 'warning',
        message: `Cannot read the log "${path}": ${why}`,
        hint: 'No lines of it are shown when a scenario fails: correct "logs" of the configuration, or let this user read the file',
      },
    ];
  });
}

function unreadable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isDirectory() ? 'it is a folder' : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : messageOf(error);
  }
}
