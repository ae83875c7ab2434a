import type { Command, Option } from './command.ts';
import { passwordOptions } from './password.ts';
import { configOptions } from './selection.options.ts';

/** TLS options of the server, on the command line. */
export const tlsOptions: readonly Option[] = [
  { name: 'ca', value: 'FILE', help: "Trust the certificates in this PEM file instead of the system's" },
  { name: 'no-verify', help: 'Accept any certificate' },
  { name: 'servername', value: 'NAME', help: "The name to ask for and to verify. Default: the URL's host" },
  { name: 'tls-min', value: 'VERSION', help: 'TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3' },
  { name: 'tls-max', value: 'VERSION', help: 'Likewise' },
  { name: 'ciphers', value: 'LIST', help: "In OpenSSL's syntax" },
  { name: 'cert', value: 'FILE', help: 'A client certificate, PEM' },
  { name: 'key', value: 'FILE', help: 'Its key, PEM' },
];

export const tryCommand: Command = {
  name: 'try',
  summary: 'one session from the command line, without a file',
  usage: '[options] URL',
  about: [
    'Connects, says hello, and goes as far as the options say: STARTTLS, login, sender, recipients, message. Prints the dialogue. The URL may be the name of a server of the configuration.',
    'Without a password option, mailspec reads MAILSPEC_PASSWORD, then the password of the configuration, and then asks for it without showing it. The dialogue shows «password» instead.',
    'Exit status: 0 every reply was as expected, 2 unusable arguments, 3 no connection, 130 interrupted; else the phase that failed: 21 greeting, 22 EHLO, 23 MAIL, 24 RCPT, 25 DATA, 26 message, 27 QUIT, 28 login, 29 TLS, 32 EHLO after STARTTLS, 40 --send.',
  ],
  options: [
    ...configOptions.filter(({ name }) => name === 'config' || name === 'profile'),
    { name: 'starttls', help: 'Encrypt the connection with STARTTLS (STLS in POP3)' },
    { name: 'ehlo', value: 'NAME', help: "The client's name. Default: this machine's" },
    { name: 'auth', value: 'USER', help: 'Log in' },
    { name: 'auth-user', value: 'USER', help: 'The same' },
    {
      name: 'mechanism',
      value: 'NAME',
      help: "PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256 and so on. Default: the protocol's own login, else PLAIN",
    },
    ...passwordOptions,
    { name: 'mail-from', value: 'ADDRESS', help: 'The sender; empty for a bounce. Default: the user, else empty' },
    { name: 'rcpt', value: 'ADDRESS', repeatable: true, help: 'A recipient: the message is sent' },
    { name: 'message', value: 'FILE', help: 'The whole message; - reads standard input. Default: a short one' },
    { name: 'subject', value: 'TEXT', help: 'Of the short message' },
    { name: 'body', value: 'TEXT', help: 'Of the short message' },
    { name: 'header', value: 'NAME: VALUE', repeatable: true, help: 'A header field of the short message' },
    { name: 'send', value: 'LINE', repeatable: true, help: 'A command to send in the end; any reply will do' },
    {
      name: 'quit-after',
      value: 'PHASE',
      help: 'Stop after greeting, hello, starttls, hello-again, auth, mail, rcpt, data, message or send',
    },
    { name: 'expect-code', value: 'CODE', help: 'What the last reply must be: 250, 5xx, OK, "550 5.7.1"' },
    ...tlsOptions,
    { name: 'timeout', value: 'TIME', help: 'How long a reply may take. Default: 10s' },
    { name: 'quiet', help: 'Print only what went wrong' },
  ],
  examples: [
    ['mailspec try smtp://mail.example.com --mail-from a@example.org --rcpt b@example.com', 'a message to port 25'],
    [
      'mailspec try smtp://mail.example.com:587 --starttls --auth alice@example.com --quit-after auth',
      'a login; the password is asked for',
    ],
    [
      'mailspec try smtp://mail.example.com --rcpt x@elsewhere.example --quit-after rcpt --expect-code 5xx',
      'relaying is refused',
    ],
    ['mailspec try imaps://mail.example.com --auth alice --send "STATUS INBOX (MESSAGES)"', 'how many messages'],
  ],
};
