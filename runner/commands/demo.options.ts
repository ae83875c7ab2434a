import type { Command } from './command.ts';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'a tour against the embedded server: the first thing to run',
  usage: '[options]',
  about: [
    'Starts a small mail server inside this program on free ports of this machine, plays the tour against it, and stops it.',
    'One scenario of the tour fails on purpose, so that you see what a failure looks like. The demo exits with 0 when exactly that happened.',
  ],
  options: [
    { name: 'reporter', value: 'NAME[=FILE]', repeatable: true, help: 'As for "run"' },
    { name: 'junit', value: 'FILE', help: 'Short for --reporter junit=FILE' },
    { name: 'serve', help: 'Start the server, print its configuration, and wait for Ctrl-C' },
    { name: 'write', value: 'FILE', help: 'With --serve: write the configuration to a new file instead' },
  ],
  examples: [
    ['mailspec demo', 'the tour'],
    ['mailspec demo --serve --write mailspec.yaml', 'a server to try your own scenarios on'],
  ],
};
