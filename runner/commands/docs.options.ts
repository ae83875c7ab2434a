import type { Command } from './command.ts';
import { configOptions, selectionOptions } from './selection.options.ts';

export const docsCommand: Command = {
  name: 'docs',
  summary: 'document the expected behavior, from the scenarios',
  usage: '[options] [files, folders, globs, FILE:LINE or IDs]',
  about: [
    'Writes a page that describes what the server does according to the scenarios: title, reason, severity, links to the RFC sections, and the dialogue with its expectations in words. It opens no connection.',
    'Variables and secrets of the configuration appear as ${names}, so the page is the same for every account and profile. A value that is needed to read a file, such as the path of a log, appears itself; a secret never does.',
    'With --check, mailspec writes nothing. Exit status: 0 the page is current, 1 it is out of date, 2 unusable input.',
  ],
  options: [
    ...configOptions,
    ...selectionOptions,
    {
      name: 'results',
      value: 'FILE',
      help: 'Results of "run --reporter json=FILE", to show when and against which server each scenario was last run',
    },
    { name: 'format', value: 'NAME', help: "markdown or html. Default: by the file's name, else markdown" },
    { name: 'output', value: 'FILE', help: 'The file to write. Default: standard output' },
    { name: 'title', value: 'TEXT', help: 'The heading of the page' },
    { name: 'introduction', value: 'TEXT', help: 'The first paragraph of the page' },
    { name: 'check', help: 'Compare with the file named by --output; exit with 1 if it is out of date' },
  ],
  examples: [
    ['mailspec docs --output docs/mail.md', 'everything that the configuration lists'],
    ['mailspec docs --output docs/mail.md --check', 'in CI'],
    ['mailspec docs --results results.jsonl --output mail.html', 'one page, with the replies last seen'],
  ],
};
