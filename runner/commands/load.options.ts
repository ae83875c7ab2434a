import type { Command } from './command.ts';
import { configOptions, selectionOptions } from './selection.options.ts';

export const loadCommand: Command = {
  name: 'load',
  summary: 'run scenarios as load and report latencies',
  usage: '[options] FILE… or --merge RESULT.json…',
  about: [
    'Starts the scenarios of the files again and again, in turn, and reports how long they and their steps took, what failed, and how many passed per second. The scenarios are those of "run"; FILE is whatever "run" accepts.',
    'With --rate, scenarios start on schedule whether or not earlier ones have ended, and latency counts from the intended start: a scenario that had to wait because the server was slow is slow. Without --rate, the next scenario starts when one ends, which shows how much the server can take.',
    'Servers on other machines need --yes, or your answer on a terminal. Load only servers that are yours: messages are really sent. Scenarios that provoke defenses or that must run alone (exclusive) are left out. Limits of the configuration (max_connections, connections_per_minute), retries and --parallel do not apply.',
    'Several machines: run the same command on each with --out FILE.json, then combine the files with --merge. Rates and connections add up; histograms are merged exactly.',
    'Ctrl-C ends the load and reports what had run. Exit status: 0 no more errors than --max-errors allows, 1 more, 2 unusable input, 3 no scenario passed or failed, or only this machine was too slow, 130 interrupted.',
  ],
  options: [
    ...configOptions,
    ...selectionOptions,
    {
      name: 'rate',
      value: 'N/s',
      help: 'Scenarios to start per second (N/m: per minute). Default: as many as possible',
    },
    { name: 'for', value: 'TIME', help: 'How long scenarios are started, such as 60s. Default: 10s' },
    { name: 'connections', value: 'N', help: 'The most simultaneous connections. Default: 50' },
    { name: 'processes', value: 'N', help: 'Divide the load among N processes. Default: 1' },
    {
      name: 'max-errors',
      value: 'N or N%',
      help: 'How many scenarios may fail or not start, or what percentage of them. Default: 0',
    },
    {
      name: 'out',
      value: 'FILE',
      repeatable: true,
      help: 'Write the report to FILE.json, with histograms, or to FILE.md',
    },
    { name: 'merge', help: 'Combine the result files of several machines instead of running a load' },
    { name: 'timeout', value: 'TIME', help: 'How long to wait for a reply, such as 10s; overrides the configuration' },
    { name: 'yes', help: 'Load servers on other machines without asking' },
  ],
  examples: [
    ['mailspec load submit.yaml --rate 50/s --for 60s --connections 200', 'a steady 50 scenarios per second'],
    ['mailspec load submit.yaml --for 10s --connections 20', 'as fast as 20 connections allow'],
    ['mailspec load submit.yaml --rate 50/s --for 60s --max-errors 1% --out load.json --out load.md', 'in CI'],
    ['mailspec load --merge load-1.json load-2.json --out load.md', 'after the parallel jobs'],
  ],
};
