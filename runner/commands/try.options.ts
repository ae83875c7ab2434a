import type { Command, Option } from './command.ts';
import { passwordOptions } from './password.ts';
import { configOptions } from './selection.options.ts';

/** TLS options for the server. */
export const tlsOptions: readonly Option[] = [
  {
    name: 'ca',
    value: 'FILE',
    help: "Trust the certificates in this PEM file, or folder of them, instead of the system's",
  },
  { name: 'no-verify', help: 'Accept any certificate' },
  { name: 'servername', value: 'NAME', help: 'The server name to request and to verify. Default: the host of the URL' },
  { name: 'verify-name', value: 'NAME', help: 'The name to verify, if it is not the requested one' },
  { name: 'tls-min', value: 'VERSION', help: 'The oldest TLS version to offer: TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3' },
  { name: 'tls-max', value: 'VERSION', help: 'The newest TLS version to offer' },
  { name: 'ciphers', value: 'LIST', help: "The ciphers to offer, in OpenSSL's syntax" },
  { name: 'cert', value: 'FILE', help: 'A client certificate (PEM)' },
  { name: 'key', value: 'FILE', help: 'The key of the client certificate (PEM)' },
];

export const tryCommand: Command = {
  name: 'try',
  summary: 'run one session from the command line, like swaks',
  usage: '[options] URL',
  about: [
    'Connects and goes as far as the options ask: EHLO, STARTTLS, login, sender, recipients, message. Prints the dialogue. The URL may be the name of a server of the configuration.',
    'Without a password option, mailspec takes MAILSPEC_PASSWORD, else the password of the configuration, else prompts for one. The dialogue shows «password» instead.',
    'Exit status: 0 every reply was as expected, 2 unusable arguments, 3 no connection, 130 interrupted; otherwise the phase that failed: 21 greeting, 22 EHLO, 23 MAIL, 24 RCPT, 25 DATA, 26 message, 27 QUIT, 28 login, 29 TLS, 32 EHLO after STARTTLS, 40 --send.',
  ],
  options: [
    ...configOptions.filter(({ name }) => name === 'config' || name === 'profile'),
    { name: 'starttls', help: 'Encrypt the connection with STARTTLS (STLS in POP3)' },
    { name: 'ehlo', value: 'NAME', help: 'The name to send in EHLO. Default: the name of this machine' },
    { name: 'auth', value: 'USER', help: 'Log in as this user' },
    { name: 'auth-user', value: 'USER', help: 'The same as --auth' },
    {
      name: 'mechanism',
      value: 'NAME',
      help: "The SASL mechanism, such as PLAIN or SCRAM-SHA-256. Default: the protocol's own login, else PLAIN",
    },
    ...passwordOptions,
    {
      name: 'mail-from',
      value: 'ADDRESS',
      help: 'The sender; empty for a bounce. Default: the user of --auth, else empty',
    },
    { name: 'rcpt', value: 'ADDRESS', repeatable: true, help: 'A recipient; with one, mailspec sends a message' },
    {
      name: 'message',
      value: 'FILE',
      help: 'The whole message; - reads standard input. Default: a short test message',
    },
    { name: 'subject', value: 'TEXT', help: 'The subject of the test message' },
    { name: 'body', value: 'TEXT', help: 'The body of the test message' },
    { name: 'header', value: 'NAME: VALUE', repeatable: true, help: 'A header field of the test message' },
    { name: 'send', value: 'LINE', repeatable: true, help: 'A command to send at the end; any reply is accepted' },
    {
      name: 'quit-after',
      value: 'PHASE',
      help: 'Stop after greeting, hello, starttls, hello-again, auth, mail, rcpt, data, message or send',
    },
    { name: 'expect-code', value: 'CODE', help: 'The expected last reply: 250, 5xx, OK, "550 5.7.1"' },
    ...tlsOptions,
    { name: 'timeout', value: 'TIME', help: 'How long to wait for a reply. Default: 10s' },
    { name: 'quiet', help: 'Print only what failed' },
  ],
  examples: [
    ['mailspec try smtp://mail.example.com --mail-from a@example.org --rcpt b@example.com', 'a message to port 25'],
    [
      'mailspec try smtp://mail.example.com:587 --starttls --auth alice@example.com --quit-after auth',
      'a login, with a prompt for the password',
    ],
    [
      'mailspec try smtp://mail.example.com --rcpt x@elsewhere.example --quit-after rcpt --expect-code 5xx',
      'relaying is rejected',
    ],
    [
      'mailspec try imaps://mail.example.com --auth alice@example.com --send "STATUS INBOX (MESSAGES)"',
      'how many messages',
    ],
  ],
};
