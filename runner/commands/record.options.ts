import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';
import { tlsOptions } from './try.options.ts';

export const recordCommand: Command = {
  name: 'record',
  summary: "another client's sessions to transcripts and scenarios",
  usage: '[options] --listen PORT --to URL',
  about: [
    'A proxy between a real client and a server: configure the client to use the address that mailspec listens on. Every octet passes as it is. STARTTLS works on both sides, with a certificate that is made at the start; when --to names a URL with TLS from the first octet, mailspec listens with TLS as well, unless --plain is given.',
    'For each session it writes a transcript and a scenario into a folder. Passwords, tokens and whatever is made from them are in neither. It runs until Ctrl-C, or until so many sessions are over.',
    'It listens on this machine only: whoever can connect sees what the server says. --public allows another address.',
  ],
  options: [
    ...configOptions.filter(({ name }) => name === 'config' || name === 'profile'),
    { name: 'listen', value: 'ADDRESS', help: 'PORT, or ADDRESS:PORT; port 0 takes a free one' },
    { name: 'to', value: 'URL', help: 'The server, or its name in the configuration' },
    { name: 'output', value: 'FOLDER', help: 'Where to write. Default: recorded' },
    { name: 'sessions', value: 'N', help: 'End after N sessions' },
    { name: 'plain', help: 'Listen without TLS although the server speaks TLS from the first octet' },
    { name: 'public', help: 'Listen on an address that other machines reach' },
    ...tlsOptions,
  ],
  examples: [
    ['mailspec record --listen 2525 --to smtp://mail.example.com', 'what does this client send?'],
    ['mailspec record --listen 9993 --to imaps://mail.example.com --output thunderbird', 'with TLS on both sides'],
  ],
};
