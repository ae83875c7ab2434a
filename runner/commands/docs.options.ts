import type { Command } from './command.ts';
import { configOptions, selectionOptions } from './selection.options.ts';

export const docsCommand: Command = {
  name: 'docs',
  summary: 'documentation of the expected behaviour, from the scenarios',
  usage: '[options] [files, folders, globs, FILE:LINE or IDs]',
  about: [
    "Writes what the scenarios say the server does: of each its title, the reason, how binding it is, the RFCs' sections as links, and the dialogue with the expectations in words. Nothing is connected to.",
    "Variables and secrets of the configuration stand as ${names}: the page is the same for every account and profile. Where a value must be known to read a file, as a log's path is, the value stands instead; never a secret.",
    'With --check nothing is written: exit status 1 says that the page is not what the scenarios say. 2 is unusable input, 0 everything else.',
  ],
  options: [
    ...configOptions,
    ...selectionOptions,
    {
      name: 'results',
      value: 'FILE',
      help: 'Results of "run --reporter json=FILE": when each scenario was last verified, against what, and what was said',
    },
    { name: 'format', value: 'NAME', help: "markdown or html. Default: as the file's name says, or markdown" },
    { name: 'output', value: 'FILE', help: 'Default: standard output' },
    { name: 'title', value: 'TEXT', help: "The page's heading" },
    { name: 'check', help: 'Compare with the file that --output names; exit with 1 where it is out of date' },
  ],
  examples: [
    ['mailspec docs --output docs/mail.md', 'what the configuration lists, to commit'],
    ['mailspec docs --output docs/mail.md --check', 'in CI'],
    ['mailspec docs --results results.jsonl --output mail.html', 'one page, with what was last seen'],
  ],
};
