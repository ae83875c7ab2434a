import type { Command } from './command.ts';

export const mergeCommand: Command = {
  name: 'merge',
  summary: 'merge the results of shards into one report',
  usage: '[options] FILE…',
  about: [
    'Reads the files that "run --shard I/N --reporter json=FILE" wrote on each machine, and writes the reports of the whole run, with the scenarios in their order. It does not need the scenario files. It also makes another report from a single result file.',
    'A shard that is missing, given twice or incomplete, or that belongs to another selection or division, is an error (exit status 2): a scenario that never ran must not look as if it passed.',
    'Otherwise the exit status is that of a run: 1 a scenario failed, 3 nothing failed but a scenario could not be checked, 130 a shard was interrupted.',
  ],
  options: [
    {
      name: 'reporter',
      value: 'NAME[=FILE]',
      repeatable: true,
      help: 'As for "run"; --shard-durations reads the file of json=FILE next time',
    },
    { name: 'junit', value: 'FILE', help: 'Short for --reporter junit=FILE' },
    { name: 'junit-dialect', value: 'NAME', help: 'As for "run"' },
    { name: 'require-passed', value: 'N', help: 'As for "run", over all shards' },
    { name: 'attachments', value: 'FOLDER', help: 'As for "run"' },
  ],
  examples: [
    ['mailspec merge shard-*.jsonl --junit junit.xml', 'after the parallel jobs'],
    ['mailspec merge results.jsonl --reporter junit=junit.xml', 'another report of a finished run'],
  ],
};
