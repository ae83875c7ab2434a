import type { Command } from './command.ts';
import { configOptions, selectionOptions, shardOptions } from './selection.options.ts';

export const listCommand: Command = {
  name: 'list',
  summary: 'the scenarios that would run: id, name, tags, place',
  usage: '[options] [files, folders, globs, FILE:LINE or IDs]',
  about: ['Prints a line for each scenario that "run" with the same arguments would play.'],
  options: [
    ...configOptions,
    ...selectionOptions,
    ...shardOptions,
    { name: 'json', help: 'One JSON document on standard output' },
  ],
  examples: [['mailspec list --tags relay', 'what the tag selects']],
};
