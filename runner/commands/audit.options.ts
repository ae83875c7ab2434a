import type { Command, Option } from './command.ts';
import { runCommand } from './run.options.ts';
import { configOptions } from './selection.options.ts';
import { tlsOptions } from './try.options.ts';

/** How servers are found: the same for "audit" and "init". */
export const discoveryOptions: readonly Option[] = [
  { name: 'host', value: 'HOST', help: 'Look at this host only; DNS is not asked where the servers are' },
  {
    name: 'ports',
    value: 'LIST',
    help: 'Look at these ports, such as 25,587,993; or name what they are for: mx=2525,imaps=2993',
  },
  { name: 'server', value: 'NAME=URL', repeatable: true, help: 'A server; nothing is looked up: mx=smtp://192.0.2.1' },
  { name: 'resolver', value: 'HOST[:PORT]', help: "The name server to ask. Default: this machine's" },
  { name: 'hostname', value: 'NAME', help: 'The name that certificates must be for. Default: the name that was found' },
  ...tlsOptions.filter(({ name }) => name === 'ca'),
];

const reporting = new Set(['reporter', 'junit', 'junit-dialect', 'attachments', 'parallel', 'timeout']);

export const auditCommand: Command = {
  name: 'audit',
  summary: 'checks the mail servers of a domain, without a file',
  usage: '[options] [DOMAIN or HOST]',
  about: [
    'Finds the mail servers of a domain (MX and SRV records, the autoconfiguration file, then usual names and ports), runs the packs, and prints what is wrong, the worst first, with what to do and a grade for each area.',
    'With --user it logs in as well. It asks before it sends messages or fails logins on purpose; without a terminal it does neither unless --yes is given. Passwords come from the prompt, MAILSPEC_PASSWORD and MAILSPEC_PASSWORD_2, or --secret password=env:VARIABLE and recipient_password=file:PATH.',
    'Exit status: 0 nothing failed, 1 a check failed, 2 unusable input, 3 no server could be found or checked, 130 interrupted; what was checked by then is reported.',
  ],
  options: [
    ...discoveryOptions,
    {
      name: 'user',
      value: 'ADDRESS',
      repeatable: true,
      help: 'An account for tests; a second one allows deliveries between the two',
    },
    ...configOptions.filter(({ name }) => name === 'secret'),
    {
      name: 'var',
      value: 'NAME=VALUE',
      repeatable: true,
      help: 'A variable of the packs, such as a part of the policy',
    },
    { name: 'yes', help: 'Send messages and fail logins without asking' },
    { name: 'no-mail', help: 'Send no message' },
    { name: 'no-failed-logins', help: 'Fail no login on purpose' },
    { name: 'save', value: 'FILE', help: 'Write the configuration, with comments, for "mailspec run"' },
    ...runCommand.options.filter(({ name }) => reporting.has(name)),
  ],
  examples: [
    ['mailspec audit example.com', 'from outside, without an account'],
    ['mailspec audit example.com --user test1@example.com --user test2@example.com', 'with logins and deliveries'],
    ['mailspec audit --host 192.0.2.1 --ports mx=2525,imaps=2993', 'one host, with ports of its own'],
    ['mailspec audit example.com --save mailspec.yaml', 'and keep the configuration'],
  ],
};
