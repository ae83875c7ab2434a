import type { Arguments, Option, Terminal } from './command.ts';
import { askSecret, requestedSecrets } from './secrets.ts';
import { configOptions } from './selection.options.ts';

/** Every command that logs in reads it. */
const passwordVariable = 'MAILSPEC_PASSWORD';

/** The options of commands that log in, in addition to the user. */
export const passwordOptions: readonly Option[] = [
  ...configOptions.filter(({ name }) => name === 'secret'),
  {
    name: 'auth-password',
    value: 'TEXT',
    help: `The password; every user of this machine can see it. Better: the prompt, ${passwordVariable} or --secret`,
  },
];

/** The secrets from the arguments and the environment. Without a `password`, the person must be asked. */
export async function givenSecrets(args: Arguments, terminal: Terminal): Promise<Readonly<Record<string, string>>> {
  const text = args.value('auth-password');
  const secrets = await requestedSecrets(args, terminal);
  if (text !== undefined) {
    terminal.stderr.write(
      `warning: every user of this machine can see "--auth-password" in the list of processes; use ${passwordVariable}, --secret or the prompt\n`,
    );
  }
  const password = text ?? terminal.env[passwordVariable];
  const given = { ...(password !== undefined && { password }), ...secrets };
  terminal.learn(Object.entries(given).map(([name, value]) => ({ name, forms: [value] })));
  return given;
}

/** Asks for a password on the terminal, without an echo. Throws if there is no terminal or no answer. */
export async function askPassword(user: string, terminal: Terminal): Promise<string> {
  const password = await askSecret('password', `Password of ${user}`, terminal);
  terminal.learn([{ name: 'password', forms: [password] }]);
  return password;
}
