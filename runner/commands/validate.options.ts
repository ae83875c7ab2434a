import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';

export const validateCommand: Command = {
  name: 'validate',
  summary: 'checks scenario and configuration files without a connection',
  usage: '[options] [files, folders or globs]',
  about: [
    'Reports every mistake in every file at its place, and exits with 2 where there is one. Without arguments it checks the configuration and the files it lists.',
    'Servers that the configuration does not know are mistakes; give them with --server where no configuration exists.',
  ],
  options: [
    ...configOptions,
    {
      name: 'code-quality',
      value: 'FILE',
      help: "Write the mistakes for GitLab's merge requests (Code Quality, JSON); - is standard output",
    },
  ],
  examples: [
    ['mailspec validate scenarios/', 'every file below a folder'],
    ['mailspec validate --code-quality gl-code-quality-report.json', 'with a report for GitLab'],
  ],
};
