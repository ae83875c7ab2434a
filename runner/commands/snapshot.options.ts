import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';

export const snapshotCommand: Command = {
  name: 'snapshot',
  summary: 'writes scenarios of everything that servers answer today',
  usage: '[options] [SERVER…]',
  about: [
    'Looks at everything observable of the configured servers, or of those named, and writes it as ordinary scenarios, a file for each server: "mailspec run" then reports every difference.',
    'What is different each time (dates, ids) becomes a pattern or a variable. Everything is looked at several times and proved by two runs before it is written; what is not stable is left out and listed.',
    'Messages that it delivers are removed again. It asks before it sends messages or fails logins on purpose; without a terminal it does neither unless --yes is given.',
    'Exit status: 0 written, or with --update nothing changed, 1 something changed and is not written, 2 unusable input, 3 nothing could be observed, 130 interrupted; nothing is written then.',
  ],
  options: [
    ...configOptions,
    { name: 'out', value: 'FOLDER', help: 'Where to write. Default: scenarios/baseline' },
    { name: 'grep', value: 'TEXT', help: 'Only scenarios whose name contains this text, ignoring case' },
    { name: 'update', help: 'Show what changed since, ask, and rewrite only the values that changed' },
    { name: 'yes', help: 'Send messages, fail logins and write without asking' },
    { name: 'no-mail', help: 'Send no message' },
    { name: 'no-failed-logins', help: 'Fail no login on purpose' },
    { name: 'parallel', value: 'N', help: "Scenarios at a time. Default: the configuration's, or 8" },
  ],
  examples: [
    ['mailspec snapshot --out scenarios/baseline', 'of all configured servers'],
    ['mailspec snapshot mx imaps', 'of two of them'],
    ['mailspec snapshot submission --grep capab', 'what that server is able to do, and nothing else'],
    ['mailspec snapshot --update', 'after an intended change'],
  ],
};
