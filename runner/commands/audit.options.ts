import type { Command, Option } from './command.ts';
import { runCommand } from './run.options.ts';
import { configOptions } from './selection.options.ts';
import { tlsOptions } from './try.options.ts';

/** Options for finding servers, which "audit" and "init" have in common. */
export const discoveryOptions: readonly Option[] = [
  { name: 'host', value: 'HOST', help: 'Check only this host, without looking for others in DNS' },
  {
    name: 'ports',
    value: 'LIST',
    repeatable: true,
    help: 'Check these ports, such as 25,587,993, or name their service: mx=2525,imaps=2993',
  },
  {
    name: 'server',
    value: 'NAME=URL',
    repeatable: true,
    help: 'A server by its URL, without a DNS lookup: mx=smtp://192.0.2.1',
  },
  { name: 'resolver', value: 'HOST[:PORT]', help: "The DNS server to query. Default: this machine's" },
  {
    name: 'hostname',
    value: 'NAME',
    help: 'The host name that certificates must have. Default: the name found in DNS',
  },
  ...tlsOptions.filter(({ name }) => name === 'ca'),
];

const reporting = new Set(['reporter', 'junit', 'junit-dialect', 'attachments', 'parallel', 'timeout']);

export const auditCommand: Command = {
  name: 'audit',
  summary: 'check the mail servers of a domain, without a file',
  usage: '[options] [DOMAIN or HOST]',
  about: [
    'Finds the mail servers of a domain (MX and SRV records, the autoconfiguration file, then usual names and ports), runs the packs, and prints what is wrong, the gravest problem first, with the setting to change and a grade for each area.',
    'With --user it logs in as well. It asks before it sends messages or fails logins on purpose; without a terminal it does neither unless --yes is given. Passwords come from the prompt, MAILSPEC_PASSWORD and MAILSPEC_PASSWORD_2, or --secret password=env:VARIABLE and recipient_password=file:PATH.',
    'Exit status: 0 nothing failed, 1 a check failed, 2 unusable input, 3 no server could be found or checked, 130 interrupted; what was checked by then is reported.',
  ],
  options: [
    {
      name: 'domain',
      value: 'DOMAIN',
      repeatable: true,
      help: 'Check this domain as well: its servers, their certificates for its names, its DNS',
    },
    ...discoveryOptions,
    {
      name: 'user',
      value: 'ADDRESS',
      repeatable: true,
      help: 'A test account; with a second one, mailspec sends mail between the two',
    },
    ...configOptions.filter(({ name }) => name === 'secret' || name === 'no-cache'),
    {
      name: 'var',
      value: 'NAME=VALUE',
      repeatable: true,
      help: 'A variable of the packs, such as a policy value',
    },
    { name: 'yes', help: 'Send messages and fail logins without asking' },
    { name: 'no-mail', help: 'Send no messages' },
    { name: 'no-failed-logins', help: 'Do not fail logins on purpose' },
    {
      name: 'only',
      value: 'ID',
      repeatable: true,
      help: 'Check only this, by the id that reports show ("*" matches anything)',
    },
    { name: 'save', value: 'FILE', help: 'Write the configuration, with comments, for "mailspec run"' },
    ...runCommand.options.filter(({ name }) => reporting.has(name)),
  ],
  examples: [
    ['mailspec audit example.com', 'from outside, without an account'],
    ['mailspec audit example.com --user test1@example.com --user test2@example.com', 'with logins and deliveries'],
    ['mailspec audit example.com --host 192.0.2.1 --ports mx=2525,imaps=2993', 'one host with unusual ports'],
    ['mailspec audit example.com --domain example.org', 'two domains'],
    ['mailspec audit example.com --save mailspec.yaml', 'and save the configuration'],
  ],
};
