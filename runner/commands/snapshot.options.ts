import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';

export const snapshotCommand: Command = {
  name: 'snapshot',
  summary: 'write what servers answer today as scenarios',
  usage: '[options] [SERVER…]',
  about: [
    'Observes everything that the configured servers, or those that you name, answer, and writes it as ordinary scenarios, one file for each server. "mailspec run" then reports every difference.',
    'Values that differ each time (dates, ids) become patterns or variables. mailspec observes everything several times and confirms it with two runs before it writes anything; what is not stable is left out and listed.',
    'It removes the messages that it delivers, over IMAP or from the configured Maildirs. It asks before it sends messages or fails logins on purpose; without a terminal it does neither unless --yes is given.',
    'Exit status: 0 written, or with --update nothing changed, 1 something changed and is not written, 2 unusable input, 3 nothing could be observed, 130 interrupted; nothing is written then.',
  ],
  options: [
    ...configOptions,
    { name: 'out', value: 'FOLDER', help: 'Where to write. Default: scenarios/baseline' },
    { name: 'grep', value: 'TEXT', help: 'Only scenarios whose name contains this text, ignoring case' },
    { name: 'update', help: 'Show what changed since, ask, and rewrite only the values that changed' },
    { name: 'yes', help: 'Send messages, fail logins and write without asking' },
    { name: 'no-mail', help: 'Send no messages' },
    { name: 'no-failed-logins', help: 'Do not fail logins on purpose' },
    {
      name: 'parallel',
      value: 'N',
      help: 'How many scenarios run at once. Default: from the configuration, else two for each server, at least 8 and at most 20',
    },
  ],
  examples: [
    ['mailspec snapshot --out scenarios/baseline', 'of all configured servers'],
    ['mailspec snapshot mx imaps', 'of two of them'],
    ['mailspec snapshot imaps --grep capab', 'only the capabilities of that server'],
    ['mailspec snapshot --update', 'after an intended change'],
  ],
};
