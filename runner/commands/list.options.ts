import type { Command } from './command.ts';
import { configOptions, selectionOptions, shardOptions } from './selection.options.ts';

export const listCommand: Command = {
  name: 'list',
  summary: 'list the scenarios that would run: id, name, tags, place',
  usage: '[options] [files, folders, globs, FILE:LINE or IDs]',
  about: ['Prints a line for each scenario that "run" would run with the same arguments.'],
  options: [...configOptions, ...selectionOptions, ...shardOptions, { name: 'json', help: 'Print one JSON document' }],
  examples: [['mailspec list --tags relay', 'the scenarios with this tag']],
};
