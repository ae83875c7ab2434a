import type { Accounts } from '../audit/settings.ts';
import { ArgumentError } from '../diagnostic.ts';
import type { Arguments, Terminal } from './command.ts';
import { askSecret, requestedSecrets } from './secrets.ts';

/** For each password of the packs: its name, its environment variable and its account. */
const passwords = [
  { name: 'password', variable: 'MAILSPEC_PASSWORD' },
  { name: 'recipient_password', variable: 'MAILSPEC_PASSWORD_2' },
] as const;

/** The accounts of `--user`, with passwords from `--secret`, the environment, or the person at the terminal. */
export async function accountsFrom(
  args: Arguments,
  terminal: Terminal,
): Promise<{ readonly accounts: Accounts; readonly secrets: Readonly<Record<string, string>> }> {
  const users = args.values('user');
  if (users.length > passwords.length)
    throw new ArgumentError('Cannot use more than two accounts: "--user" was given more than twice');
  const given = await requestedSecrets(args, terminal);
  const secrets: Record<string, string> = { ...given };
  for (const [at, { name, variable }] of passwords.entries()) {
    const user = users[at];
    if (user === undefined || secrets[name] !== undefined) continue;
    const value = terminal.env[variable] ?? (await askSecret(name, `Password of ${user}`, terminal));
    terminal.learn([{ name, forms: [value] }]);
    secrets[name] = value;
  }
  const [user, recipient] = users;
  // With only one account, it writes to itself.
  const own = secrets['password'];
  if (user !== undefined && recipient === undefined && own !== undefined) secrets['recipient_password'] ??= own;
  return { accounts: { ...(user !== undefined && { user }), ...(recipient !== undefined && { recipient }) }, secrets };
}
