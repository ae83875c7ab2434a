import { discoveryOptions } from './audit.options.ts';
import type { Command } from './command.ts';

export const initCommand: Command = {
  name: 'init',
  summary: 'find the servers of a domain and write mailspec.yaml',
  usage: '[options] [DOMAIN or HOST]',
  about: [
    'Finds the mail servers as "mailspec audit" does, and writes a commented configuration, a first scenario and, on request, a CI job. On a terminal, it asks for what the arguments leave open; an empty answer means none. With --yes it asks nothing.',
    'It overwrites no file and writes no passwords: the configuration reads them from MAIL_PASSWORD and MAIL_PASSWORD_2.',
    'Exit status: 0 the files are written, 2 unusable input or a file exists, 3 no server was found, 130 interrupted.',
  ],
  options: [
    ...discoveryOptions,
    {
      name: 'user',
      value: 'ADDRESS',
      repeatable: true,
      help: 'A test account; give a second one to test deliveries between them',
    },
    { name: 'ci', value: 'NAME', help: 'Also write a job for gitlab or github' },
    { name: 'yes', help: 'Do not ask for what the arguments leave open' },
  ],
  examples: [
    ['mailspec init', 'asks for everything'],
    ['mailspec init example.com --user test1@example.com --ci gitlab', 'asks for a second account'],
    ['mailspec init example.com --yes', 'asks nothing'],
  ],
};
