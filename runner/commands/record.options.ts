import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';
import { tlsOptions } from './try.options.ts';

export const recordCommand: Command = {
  name: 'record',
  summary: 'record the sessions of another client as scenarios',
  usage: '[options] --listen PORT --to URL',
  about: [
    'A proxy between a real client and a server: configure the client to use the address that mailspec listens on. Every octet passes unchanged. STARTTLS works on both sides, with a certificate made at the start. If --to names a URL with implicit TLS, mailspec listens with TLS as well, unless --plain is given.',
    'For each session it writes a transcript and a scenario, without passwords, tokens and everything derived from them. It runs until Ctrl-C, or until --sessions sessions have ended. If one side sends more than 1 MiB at once, such as a large message, the files have its beginning and its end. A session of more than 10,000 steps gets no scenario.',
    'Anyone who can connect sees what the server says, so it listens only on this machine unless --public is given.',
  ],
  options: [
    ...configOptions.filter(({ name }) => name === 'config' || name === 'profile'),
    { name: 'listen', value: 'ADDRESS', help: 'PORT or ADDRESS:PORT; port 0 picks a free one' },
    { name: 'to', value: 'URL', help: 'The server, or its name in the configuration' },
    { name: 'output', value: 'FOLDER', help: 'The folder to write to. Default: recorded' },
    { name: 'sessions', value: 'N', help: 'End after N sessions' },
    { name: 'plain', help: 'Listen without TLS although the server uses implicit TLS' },
    { name: 'public', help: 'Allow an address that other machines can reach' },
    ...tlsOptions,
  ],
  examples: [
    ['mailspec record --listen 2525 --to smtp://mail.example.com', 'see what a client sends'],
    ['mailspec record --listen 9993 --to imaps://mail.example.com --output thunderbird', 'with TLS on both sides'],
  ],
};
