import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';

export const diffCommand: Command = {
  name: 'diff',
  summary: 'show what changed between two runs or two servers',
  usage: '[options] [BEFORE AFTER]',
  about: [
    'Compares the results of two runs, as "mailspec run --reporter json=FILE" writes them: which scenarios newly fail, pass again, are no longer checked, are new, are gone or are slower, and what the server answered instead. Either side may be scenario files or a folder of them, such as a snapshot; their expectations then count as met. Prints Markdown, for a merge request or a mail.',
    'With --server old=URL and --server new=URL it takes the same snapshot of both servers, and prints where the second one differs and what could not be compared: for a migration or an upgrade.',
    'Exit status: 0 nothing changed, 1 something changed, 2 unusable input, 3 a server could not be observed, 130 interrupted.',
  ],
  options: [
    ...configOptions,
    { name: 'grep', value: 'TEXT', help: 'With --server: only scenarios whose name contains this text, ignoring case' },
    { name: 'yes', help: 'With --server: send messages and fail logins without asking' },
    { name: 'no-mail', help: 'Send no messages' },
    { name: 'no-failed-logins', help: 'Do not fail logins on purpose' },
    { name: 'parallel', value: 'N', help: 'How many scenarios run at once. Default: from the configuration, else 8' },
  ],
  examples: [
    ['mailspec diff yesterday.jsonl today.jsonl', 'two runs'],
    ['mailspec diff scenarios/baseline today.jsonl', 'a run, and the snapshot that it should be'],
    ['mailspec diff --server old=imaps://old.example.com --server new=imaps://new.example.com', 'two servers'],
  ],
};
