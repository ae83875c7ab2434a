import { delimiter, dirname, isAbsolute, relative } from 'node:path';
import { shellWord } from '../shell-word.ts';
import type { Terminal } from './command.ts';

/**
 * How mailspec is called again, as it was called: for commands that reports show. What `npx` or a script of package.json
 * starts is found by `npx`; a program outside of the PATH is called by its path.
 */
export function calledAs({ cwd, env, program }: Pick<Terminal, 'cwd' | 'env' | 'program'>): string {
  if (env['npm_command'] !== undefined) return 'npx mailspec';
  if (program === undefined || !isAbsolute(program)) return 'mailspec';
  if ((env['PATH'] ?? '').split(delimiter).includes(dirname(program))) return 'mailspec';
  const near = relative(cwd, program);
  const path = near.startsWith('..') ? program : near.includes('/') ? near : `./${near}`;
  return `${/\.[cm]?js$/.test(program) ? 'node ' : ''}${shellWord(path)}`;
}
