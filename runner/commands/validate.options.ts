import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';

export const validateCommand: Command = {
  name: 'validate',
  summary: 'check scenario and configuration files without a connection',
  usage: '[options] [files, folders or globs]',
  about: [
    'Reports every error in every file at its place, and exits with 2 if there is one. Without arguments it checks the configuration and the files that it lists, or the folder scenarios.',
    'A server that the configuration does not define is an error; without a configuration, define it with --server.',
  ],
  options: [
    ...configOptions,
    {
      name: 'code-quality',
      value: 'FILE',
      help: "Write the errors for GitLab's merge requests (Code Quality, JSON); - is standard output",
    },
  ],
  examples: [
    ['mailspec validate scenarios/', 'every file below a folder'],
    ['mailspec validate --code-quality gl-code-quality-report.json', 'with a report for GitLab'],
  ],
};
