import type { Arguments, Option, Terminal } from './command.ts';
import { askSecret, requestedSecrets } from './secrets.ts';
import { configOptions } from './selection.options.ts';

/** Read by every command that logs in. */
const passwordVariable = 'MAILSPEC_PASSWORD';

/** The options of a command that logs in, besides the user's. */
export const passwordOptions: readonly Option[] = [
  ...configOptions.filter(({ name }) => name === 'secret'),
  {
    name: 'auth-password',
    value: 'TEXT',
    help: `The password; every user of this machine can see it. Better: the prompt, ${passwordVariable} or --secret`,
  },
];

/** The secrets that the arguments and the environment give; `password` is not among them where it has to be asked for. */
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

/** Asks for it on the terminal, where it is not shown. Throws where there is no terminal, or nobody answers. */
export async function askPassword(user: string, terminal: Terminal): Promise<string> {
  const password = await askSecret('password', `Password of ${user}`, terminal);
  terminal.learn([{ name: 'password', forms: [password] }]);
  return password;
}
