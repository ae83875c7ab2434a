import type { Option } from './command.ts';

/** What names the scenarios and the servers: the same for every command that plans. */
export const configOptions: readonly Option[] = [
  { name: 'config', value: 'FILE', help: 'The configuration file. Default: mailspec.yaml in this folder or above' },
  { name: 'profile', value: 'NAME', help: 'A profile of the configuration' },
  { name: 'server', value: 'NAME=URL', repeatable: true, help: 'A server, over the configuration' },
  { name: 'var', value: 'NAME=VALUE', repeatable: true, help: 'A variable, over the configuration and the files' },
  {
    name: 'secret',
    value: 'NAME[=FROM]',
    repeatable: true,
    help: 'A variable that no output shows: asked for without an echo, or from env:VARIABLE or file:PATH',
  },
];

export const selectionOptions: readonly Option[] = [
  { name: 'tags', value: 'EXPR', help: 'Scenarios whose tags meet this: "smtp and not slow"' },
  { name: 'grep', value: 'TEXT', help: "Scenarios whose name holds this text, whatever the letters' case" },
];

export const shardOptions: readonly Option[] = [
  {
    name: 'shard',
    value: 'I/N',
    help: "This part of what is selected, the same on every machine; auto reads it from GitLab's, CircleCI's, Buildkite's, Bitbucket's or Semaphore's variables",
  },
  {
    name: 'shard-durations',
    value: 'FILE',
    help: "Balance the shards by an earlier run's results; every machine must read the same ones",
  },
];
