import type { Option } from './command.ts';

/** What names the scenarios and the servers: the same for every command that plans. */
export const configOptions: readonly Option[] = [
  { name: 'config', value: 'FILE', help: 'The configuration file. Default: mailspec.yaml in this folder or above' },
  { name: 'profile', value: 'NAME', help: 'A profile of the configuration' },
  { name: 'server', value: 'NAME=URL', repeatable: true, help: 'A server, over the configuration' },
  { name: 'var', value: 'NAME=VALUE', repeatable: true, help: 'A variable, over the configuration and the files' },
];

export const selectionOptions: readonly Option[] = [
  { name: 'tags', value: 'EXPR', help: 'Scenarios whose tags meet this: "smtp and not slow"' },
  { name: 'grep', value: 'TEXT', help: 'Scenarios whose name holds this text, whatever the letters\' case' },
];
