import type { Command } from './command.ts';
import { runCommand } from './run.options.ts';
import { configOptions, selectionOptions } from './selection.options.ts';

/** Options for reports, which are the same as those of `run`. */
const reporting: ReadonlySet<string> = new Set([
  'reporter',
  'verbose',
  'quiet',
  'junit',
  'junit-dialect',
  'attachments',
]);

export const serveCommand: Command = {
  name: 'serve',
  summary: 'act as the server of scenarios, to test a client',
  usage: '[options] FILE …',
  about: [
    'A mock server: whoever connects gets the replies that the scenario expects, and must send what the scenario sends. Replies are made from literal expectations; where an expectation is a pattern, "reply" on the step gives the text. "client" on a step says what else the client may send.',
    'Each connection runs the next scenario of the files that uses this server, in file order, and from the first again after the last. A scenario with several connections takes the next ones. Scenarios run at the same time if clients do. Each server of the scenarios has its own port.',
    'STARTTLS and implicit TLS work with a certificate made at the start; --save-ca writes the one to trust. It listens only on this machine unless --public is given.',
    'It runs until Ctrl-C, or with --once until every scenario has run. Then it reports like "run": a scenario that ran several times counts with its first failure.',
    'Exit status: 0 nothing failed, 1 a client did not do what a scenario says, 2 unusable input, 3 no client connected or a scenario could not be checked, 130 interrupted with --once.',
  ],
  options: [
    ...configOptions,
    ...selectionOptions,
    {
      name: 'listen',
      value: '[NAME=]ADDRESS',
      repeatable: true,
      help: 'PORT or ADDRESS:PORT, for the server NAME where there are several. Default: a free port on this machine',
    },
    { name: 'once', help: 'End when every scenario has run once' },
    { name: 'timeout', value: 'TIME', help: 'How long to wait for each line of the client. Default: 60s' },
    { name: 'save-ca', value: 'FILE', help: 'Write the certificate that clients must trust for TLS' },
    { name: 'public', help: 'Allow an address that other machines can reach' },
    ...runCommand.options.filter(({ name }) => reporting.has(name)),
  ],
  examples: [
    ['mailspec serve client.yaml --listen 2525', 'then point the client at 127.0.0.1:2525'],
    ['mailspec serve tests --once --junit out.xml --save-ca ca.pem', 'one run of all scenarios, for CI'],
    ['mailspec serve imap.yaml --listen mx=2525 --listen imap=1143', 'scenarios with two servers'],
  ],
};
