import { reporters } from '../reporters/table.ts';
import type { Command } from './command.ts';
import { configOptions, selectionOptions, shardOptions } from './selection.options.ts';

export const runCommand: Command = {
  name: 'run',
  summary: 'plays scenarios and reports',
  usage: '[options] [files, folders, globs, FILE:LINE, IDs or -]',
  about: [
    'Plays the scenarios of the files named, or of those that the configuration lists. Every file is checked before the first connection is opened.',
    'FILE:LINE selects the scenario at that line; an ID (as "mailspec list" prints it, "*" allowed) selects by name; mailspec:PACK a pack that ships with mailspec.',
    'A single hyphen reads a scenario file from standard input. With -e the steps are on the command line: each is a line of YAML, or a list.',
    'With --shard each machine plays its part; "mailspec merge" makes one report of what --reporter json=FILE wrote on each. Where there are more parts than scenarios some are empty: they say so, and end with 0.',
    'Exit status: 0 everything that ran passed (warnings, skips and known issues included), 1 a scenario failed or what --strict or --require-passed asks for was not met, 2 unusable input or nothing selected, 3 nothing failed but a scenario could not be judged, or none ran at all, 130 interrupted; reports of what had run are written all the same.',
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
      help: 'Run these steps, in YAML; --server names the server, and may be a URL alone',
    },
    { name: 'parallel', value: 'N', help: "Scenarios at a time. Default: the configuration's, or 8" },
    { name: 'timeout', value: 'TIME', help: 'How long a reply may take, over the configuration: 10s' },
    { name: 'retries', value: 'N', help: 'How often to try a failing scenario again; one that then passes is flaky' },
    { name: 'strict', help: 'Warnings fail, and scenarios that were skipped unless --allow-skip allows it' },
    {
      name: 'allow-skip',
      value: 'NAME',
      repeatable: true,
      help: 'A skip that --strict allows: what "requires" names, the text of "skip" or an ID ("*" allowed)',
    },
    { name: 'require-passed', value: 'N', help: 'End with 1 where fewer scenarios passed' },
    {
      name: 'bail',
      value: 'N',
      optional: true,
      help: 'Stop after N failures, after the first without N; what did not run is reported as such',
    },
    { name: 'rerun-failed', help: 'Those that did not pass last time' },
    {
      name: 'reporter',
      value: 'NAME[=FILE]',
      repeatable: true,
      help: `${Object.keys(reporters).join(', ')}; to FILE, or with =- to standard output`,
    },
    { name: 'verbose', short: 'v', help: 'Show the dialogue of every scenario, and every failure in full' },
    { name: 'quiet', short: 'q', help: 'Show only the causes of failures, a line each, and the last line' },
    { name: 'junit', value: 'FILE', help: 'Short for --reporter junit=FILE' },
    {
      name: 'junit-dialect',
      value: 'NAME',
      help: "common, or xunit10: without what the schema of Jenkins' xUnit plugin lacks",
    },
    {
      name: 'attachments',
      value: 'FOLDER',
      help: 'Keep the whole dialogue of each scenario that did not pass in a file there; junit and ctrf link it',
    },
    {
      name: 'watch',
      help: 'Run again when a scenario file, the configuration or a file that they read changes, until Ctrl-C',
    },
    {
      name: 'follow-logs',
      help: "Show the dialogues, and beside them the lines of the configuration's logs, as they come; one scenario at a time, unless --parallel says otherwise",
    },
    { name: 'dry-run', help: 'Resolve and print the plan; open no connection' },
  ],
  examples: [
    ['mailspec run', 'everything that mailspec.yaml lists'],
    ['mailspec run scenarios/recipes --junit out.xml', 'a folder, with a report for CI'],
    ['mailspec run --reporter html=report.html', 'with every dialogue on a page for a browser'],
    ['mailspec run scenarios/relay.yaml:14', 'the scenario at line 14'],
    ['mailspec run -e "expect: 220" --server smtp://mail.example.com', 'a step without a file'],
    ['mailspec run --server mx=smtp://127.0.0.1:2525 --tags "smtp and not slow"', 'against another server'],
  ],
};
