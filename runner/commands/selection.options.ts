import type { Option } from './command.ts';

/** Options that select scenarios and servers: all commands with a plan have them in common. */
export const configOptions: readonly Option[] = [
  { name: 'config', value: 'FILE', help: 'The configuration file. Default: mailspec.yaml in this folder or above' },
  { name: 'profile', value: 'NAME', help: 'Use this profile of the configuration' },
  { name: 'server', value: 'NAME=URL', repeatable: true, help: 'A server; overrides the configuration' },
  { name: 'var', value: 'NAME=VALUE', repeatable: true, help: 'A variable; overrides the configuration and the files' },
  {
    name: 'secret',
    value: 'NAME[=FROM]',
    repeatable: true,
    help: 'A secret, which no output shows: from a prompt, env:VARIABLE or file:PATH',
  },
  {
    name: 'no-cache',
    help: 'Neither read nor write the cache of parsed files',
  },
];

export const selectionOptions: readonly Option[] = [
  { name: 'tags', value: 'EXPR', help: 'Only scenarios whose tags match, such as "smtp and not slow"' },
  { name: 'grep', value: 'TEXT', help: 'Only scenarios whose name or id contains this text, ignoring case' },
];

export const shardOptions: readonly Option[] = [
  {
    name: 'shard',
    value: 'I/N',
    help: "This part of what is selected, the same on every machine; auto reads it from GitLab's, CircleCI's, Buildkite's, Bitbucket's or Semaphore's variables, and from those that a Kubernetes or GitHub job sets",
  },
  {
    name: 'shard-durations',
    value: 'FILE',
    help: 'Balance the shards by the durations in an earlier result file, the same on every machine',
  },
];
