import { constants } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type GroupOptions, groupsOf } from '../audit/groups.ts';
import type { Accounts } from '../audit/settings.ts';
import { configurationFile, type Saved, type Settings } from '../audit/settings.ts';
import { ArgumentError } from '../diagnostic.ts';
import { packageRoot } from '../package-root.ts';
import { systemReason } from '../phrase.ts';
import { type Surveyed, stranger } from './audit-survey.ts';
import type { Arguments, Terminal } from './command.ts';
import { requestedTls } from './tls-arguments.ts';

/** The settings with which the packs run: for all servers together, and for each host. */
export function settingsOf(
  found: Surveyed,
  accounts: Accounts,
  args: Arguments,
  terminal: Terminal,
  further?: Pick<GroupOptions, 'domain' | 'known'>,
): readonly Settings[] {
  const hostname = args.value('hostname');
  const resolver = args.value('resolver');
  const { ca } = requestedTls(args, terminal);
  const options: GroupOptions = {
    dns: found.dns,
    ...further,
    ...(stranger !== undefined && { stranger }),
    ...(typeof ca === 'string' && { ca }),
    ...(hostname !== undefined && { hostname }),
  };
  return groupsOf(found.services, options).map((group) => ({
    group,
    accounts,
    ...(found.domain !== undefined && { domain: found.domain }),
    ...(resolver !== undefined && { resolver }),
  }));
}

/** The configuration file for a person, with the whole policy commented out. */
export async function configurationText(settings: Settings, saved: Omit<Saved, 'policy'>): Promise<string> {
  const example = await readFile(join(packageRoot(), 'docs', 'mailspec.example.yaml'), 'utf8');
  // The first paragraph has the servers and accounts.
  const policy = example.split('\n\n').slice(1).join('\n\n');
  return configurationFile(settings, { ...saved, policy });
}

/** Called before the file's content is computed, which takes time. */
export async function refuseExisting(path: string, { cwd }: Terminal): Promise<void> {
  const exists = await access(resolve(cwd, path), constants.F_OK).then(
    () => true,
    () => false,
  );
  if (exists)
    throw new ArgumentError(`Cannot write "${path}": the file exists`, 'Choose another name, or remove it first');
}

/** Writes a new file, and its folder if necessary; never overwrites one. */
export async function writeNew(path: string, text: string, { cwd }: Terminal): Promise<void> {
  const absolute = resolve(cwd, path);
  try {
    await mkdir(dirname(absolute), { recursive: true });
    await writeFile(absolute, text, { flag: 'wx' });
  } catch (error) {
    throw new ArgumentError(`Cannot write "${path}": ${systemReason(error)}`);
  }
}
