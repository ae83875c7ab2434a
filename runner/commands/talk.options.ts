import type { Command } from './command.ts';
import { passwordOptions } from './password.ts';
import { configOptions } from './selection.options.ts';
import { tlsOptions } from './try.options.ts';

export const talkCommand: Command = {
  name: 'talk',
  summary: 'a session by hand: type, look, type the next line, save it as a scenario',
  usage: '[options] URL',
  about: [
    'Connects to a URL, or to a server of the configuration, and sends what you type. CRLF, the tags of IMAP and the dots of messages are added; replies are shown as they come, base64 decoded. Tab completes commands and mechanisms, the arrow keys find earlier lines, Ctrl-C ends a wait, Ctrl-D leaves.',
    'Lines that begin with a dot are commands: .starttls, .auth MECHANISM USER (asks for the password), .message FILE, .save FILE, .undo, .expect, .tls, .wait, .help and others. In IMAP and ManageSieve, {} in a command stands for a literal that you type next, {<FILE} for one from a file.',
    'In a pipe, it sends the lines of standard input, each after the reply to the one before. What the server says goes to standard output as it is, everything else to standard error.',
    '.save and --save write what was done as a scenario. Its expectations are the replies, with dates, ids, host names and numbers as patterns, and with ${user} and ${password} instead of credentials.',
    'Exit status: 0 all went well, 1 a reply did not come or broke the protocol, or the server closed the connection early, 2 unusable arguments, 3 no connection, 130 interrupted.',
  ],
  options: [
    ...configOptions.filter(({ name }) => name === 'config' || name === 'profile'),
    { name: 'save', value: 'FILE', help: 'Write a scenario at the end, as .save does' },
    { name: 'starttls', help: 'Begin with STARTTLS (and EHLO before it)' },
    { name: 'ehlo', value: 'NAME', help: "The name for --starttls's EHLO. Default: this machine's" },
    ...passwordOptions,
    ...tlsOptions,
    { name: 'timeout', value: 'TIME', help: 'How long a reply may take. Default: 10s' },
  ],
  examples: [
    ['mailspec talk smtp://mail.example.com', 'instead of telnet'],
    ['mailspec talk --starttls smtp://mail.example.com:587', 'instead of openssl s_client'],
    ["printf 'EHLO client.example\\nQUIT\\n' | mailspec talk smtp://mail.example.com", 'instead of nc'],
    ['mailspec talk imaps --save scenarios/explored.yaml', 'a server of the configuration; a scenario at the end'],
  ],
};
