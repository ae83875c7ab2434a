import type { Command } from './command.ts';

export const mergeCommand: Command = {
  name: 'merge',
  summary: 'results of shards to one report',
  usage: '[options] FILE…',
  about: [
    'Reads what "run --shard I/N --reporter json=FILE" wrote on each machine, and writes the reports of the whole, scenarios in the order of one run. The scenario files need not be there. A single file without shards is a report made later.',
    'Refused, with exit status 2: a shard that is missing, given twice or broken off; shards of different selections, or divided differently. What was never run must not look as if it passed.',
    'Otherwise the exit status is that of a run: 1 a scenario failed, 3 nothing failed but one could not be judged, 130 a shard was interrupted.',
  ],
  options: [
    {
      name: 'reporter',
      value: 'NAME[=FILE]',
      repeatable: true,
      help: 'As for "run"; json=FILE is what --shard-durations reads next time',
    },
    { name: 'junit', value: 'FILE', help: 'Short for --reporter junit=FILE' },
    { name: 'junit-dialect', value: 'NAME', help: 'As for "run"' },
    { name: 'require-passed', value: 'N', help: 'As for "run", over all shards' },
    { name: 'attachments', value: 'FOLDER', help: 'As for "run"' },
  ],
  examples: [
    ['mailspec merge shard-*.jsonl --junit junit.xml', 'behind the parallel jobs'],
    ['mailspec merge results.jsonl --reporter junit=junit.xml', 'another report of a run that is over'],
  ],
};
