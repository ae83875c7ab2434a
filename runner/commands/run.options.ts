import { reporters } from '../reporters/table.ts';
import type { Command } from './command.ts';
import { configOptions, selectionOptions, shardOptions } from './selection.options.ts';

export const runCommand: Command = {
  name: 'run',
  summary: 'run scenarios and report the results',
  usage: '[options] [files, folders, globs, FILE:LINE, IDs or -]',
  about: [
    'Runs the scenarios in the given files, or in the files that the configuration lists. All files are checked before the first connection.',
    'FILE:LINE selects the scenario at that line, an ID the scenario that "mailspec list" shows with that id ("*" matches anything), and mailspec:PACK a pack that ships with mailspec.',
    'A single hyphen reads a scenario file, or a list of steps, from standard input. With -e, the steps are on the command line: one step or a list, in YAML.',
    'With --shard, each machine runs its part; "mailspec merge" combines the files that --reporter json=FILE wrote. If there are more parts than scenarios, some are empty: they say so and exit with 0.',
    'Exit status: 0 nothing failed (there may be warnings, skips and known issues), 1 a scenario failed or --strict or --require-passed was not met, 2 unusable input or nothing selected, 3 nothing failed but a scenario could not be checked, or every scenario was skipped, 130 interrupted; the reports then cover what had run.',
  ],
  options: [
    ...configOptions,
    ...selectionOptions,
    ...shardOptions,
    {
      name: 'eval',
      short: 'e',
      value: 'STEPS',
      repeatable: true,
      help: 'Run these steps, in YAML; --server names the server and may be just a URL',
    },
    { name: 'parallel', value: 'N', help: 'How many scenarios run at once. Default: from the configuration, else 8' },
    { name: 'timeout', value: 'TIME', help: 'How long to wait for a reply, such as 10s; overrides the configuration' },
    {
      name: 'retries',
      value: 'N',
      help: 'Run a failing scenario up to N more times; if it then passes, it is reported as flaky',
    },
    { name: 'strict', help: 'Fail on warnings, and on skipped scenarios unless --allow-skip allows them' },
    {
      name: 'allow-skip',
      value: 'NAME',
      repeatable: true,
      help: 'A skip that --strict allows: a name under "requires", the text of "skip", or an ID ("*" matches anything)',
    },
    { name: 'require-passed', value: 'N', help: 'Exit with 1 if fewer than N scenarios passed' },
    {
      name: 'bail',
      value: 'N',
      optional: true,
      help: 'Stop after N failures (default: 1); the report lists what did not run',
    },
    {
      name: 'update',
      help: 'Show every literal in the scenario files that the server no longer matches, ask, and write what it answers now; comments and layout stay',
    },
    { name: 'yes', help: 'With --update: write without asking' },
    { name: 'rerun-failed', help: 'Run the scenarios that did not pass last time' },
    {
      name: 'reporter',
      value: 'NAME[=FILE]',
      repeatable: true,
      help: `${Object.keys(reporters).join(', ')}; written to FILE, or to standard output with =-`,
    },
    { name: 'verbose', short: 'v', help: 'Print the dialogue of every scenario, and every failure in full' },
    { name: 'quiet', short: 'q', help: 'Print only the causes of failures, one line each, and the totals' },
    { name: 'junit', value: 'FILE', help: 'Short for --reporter junit=FILE' },
    {
      name: 'junit-dialect',
      value: 'NAME',
      help: "common, or xunit10 (omits what Jenkins' xUnit schema rejects)",
    },
    {
      name: 'attachments',
      value: 'FOLDER',
      help: 'Write the whole dialogue of each scenario that did not pass to a file in FOLDER; junit and ctrf link to it',
    },
    {
      name: 'gather',
      value: 'FILE.tar.gz',
      help: 'Write what a bug report needs to an archive, or to a new folder: versions, settings, dialogues and logs, without secrets',
    },
    {
      name: 'watch',
      help: 'Run again whenever a scenario file, the configuration or a file they read changes, until Ctrl-C',
    },
    {
      name: 'follow-logs',
      help: "Print the dialogues and the servers' log lines as they arrive; one scenario at a time unless --parallel is given",
    },
    { name: 'dry-run', help: 'Print the resolved plan without opening a connection' },
  ],
  examples: [
    ['mailspec run', 'everything that mailspec.yaml lists, or the folder scenarios'],
    ['mailspec run scenarios/recipes --junit out.xml', 'a folder, with a report for CI'],
    ['mailspec run --reporter html=report.html', 'a page with every dialogue, for a browser'],
    ['mailspec run --update', 'after an intended change of the server'],
    ['mailspec run --gather report.tar.gz', 'with everything that a mailing list asks for'],
    ['mailspec run scenarios/relay.yaml:14', 'the scenario at line 14'],
    ['mailspec run -e "expect: 220" --server smtp://mail.example.com', 'one step, without a file'],
    ['mailspec run --server mx=smtp://127.0.0.1:2525 --tags "smtp and not slow"', 'against another server'],
  ],
};
