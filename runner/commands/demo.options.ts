import type { Command } from './command.ts';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'run a tour against the built-in server: start here',
  usage: '[options]',
  about: [
    'Starts a small built-in mail server on free ports of this machine, runs the tour against it, and stops it.',
    'One scenario of the tour fails on purpose, to show what a failure looks like. The exit status is 0 if only that one failed.',
  ],
  options: [
    { name: 'reporter', value: 'NAME[=FILE]', repeatable: true, help: 'As for "run"' },
    { name: 'junit', value: 'FILE', help: 'Short for --reporter junit=FILE' },
    { name: 'serve', help: 'Start the server, print its configuration, and wait for Ctrl-C' },
    { name: 'write', value: 'FILE', help: 'With --serve: write the configuration to a new file instead' },
  ],
  examples: [
    ['mailspec demo', 'the tour'],
    ['mailspec demo --serve --write mailspec.yaml', 'a server to practice on'],
  ],
};
