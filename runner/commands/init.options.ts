import { discoveryOptions } from './audit.options.ts';
import type { Command } from './command.ts';

export const initCommand: Command = {
  name: 'init',
  summary: 'finds the servers of a domain, and writes mailspec.yaml',
  usage: '[options] [DOMAIN or HOST]',
  about: [
    'Finds the mail servers as "mailspec audit" does, and writes a configuration for them with comments, a first scenario and, if you want it, a file for a CI server. On a terminal it asks for what the arguments leave out.',
    'No file is overwritten. Passwords are not written: the configuration reads them from MAIL_PASSWORD and MAIL_PASSWORD_2.',
    'Exit status: 0 the files are written, 2 unusable input or a file exists, 3 no server was found, 130 interrupted.',
  ],
  options: [
    ...discoveryOptions,
    { name: 'user', value: 'ADDRESS', repeatable: true, help: 'An account for tests, and a second one' },
    { name: 'ci', value: 'NAME', help: 'Write a job for gitlab or github as well' },
  ],
  examples: [
    ['mailspec init', 'asks for everything'],
    ['mailspec init example.com --user test1@example.com --ci gitlab', 'asks for nothing'],
  ],
};
