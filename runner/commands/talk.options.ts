import type { Command } from './command.ts';
import { passwordOptions } from './password.ts';
import { configOptions } from './selection.options.ts';
import { tlsOptions } from './try.options.ts';

export const talkCommand: Command = {
  name: 'talk',
  summary: 'type a session by hand and save it as a scenario',
  usage: '[options] URL',
  about: [
    'Connects to a URL or to a server of the configuration, and sends what you type. mailspec adds CRLF, IMAP tags and dot-stuffing, and prints replies as they arrive, with base64 decoded. Tab completes commands and mechanisms, the arrow keys recall earlier lines, Ctrl-C ends a wait, Ctrl-D leaves.',
    'Lines that begin with a dot are commands: .starttls, .auth MECHANISM USER (asks for the password), .message FILE, .edit (opens your editor), .save FILE, .undo, .expect, .tls, .wait, .help and others. In IMAP and ManageSieve, {} in a command is a literal that you type next, and {<FILE} a literal from a file.',
    'In a pipe, it sends the lines of standard input, each after the reply to the previous one. What the server says goes to standard output, line by line, without secrets and with control characters made visible; everything else goes to standard error.',
    '.save and --save write the session as a scenario. Its expectations are the replies, with patterns for dates, ids, host names and numbers, and with ${user} and ${password} instead of credentials.',
    'Exit status: 0 success, 1 a reply did not come or violated the protocol, or the server closed the connection early, 2 unusable arguments, 3 no connection, 130 interrupted.',
  ],
  options: [
    ...configOptions.filter(({ name }) => name === 'config' || name === 'profile'),
    { name: 'save', value: 'FILE', help: 'Write a scenario at the end, like .save' },
    { name: 'starttls', help: 'Begin with EHLO and STARTTLS' },
    {
      name: 'ehlo',
      value: 'NAME',
      help: 'The name to send in EHLO with --starttls. Default: the name of this machine',
    },
    ...passwordOptions,
    ...tlsOptions,
    { name: 'timeout', value: 'TIME', help: 'How long to wait for a reply. Default: 10s' },
  ],
  examples: [
    ['mailspec talk smtp://mail.example.com', 'instead of telnet'],
    ['mailspec talk --starttls smtp://mail.example.com:587', 'instead of openssl s_client'],
    ["printf 'EHLO client.example\\nQUIT\\n' | mailspec talk smtp://mail.example.com", 'instead of nc'],
    ['mailspec talk imaps --save scenarios/explored.yaml', 'a server of the configuration, saved as a scenario'],
  ],
};
