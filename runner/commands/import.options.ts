import { protocols } from '../protocol/protocols.ts';
import type { Command } from './command.ts';
import { configOptions } from './selection.options.ts';

const schemes = Object.values(protocols).flatMap(({ schemes: each }) => Object.keys(each));

export const importCommand: Command = {
  name: 'import',
  summary: 'turn a pasted session into a scenario',
  usage: '[options] FILE… (or -)',
  about: [
    "Reads the output of a session and writes a scenario. It recognizes telnet and nc, openssl s_client, gnutls-cli, swaks, curl -v, recordio, Postfix's log (smtpd -v, debug_peer_list), a Dovecot rawlog (two files, or one), fetchmail -v, mbsync -D, mutt, sieve-connect, sendEmail and mailx -vv, what ngrep, tcpflow, tcpdump -A, socat -v and curl --trace-ascii show, and mailspec's own transcripts; also James MPT, imaptest and Exim client scripts, and blackbox_exporter modules.",
    'Any other text will do if each line of the client and of the server has a mark before it, such as C: and S:, > and <, or those of msmtp, smtplib, PHPMailer, nodemailer and Exim; with times, quoted in a mail, broken at the edge of a terminal, or in Markdown. Each of several sessions becomes a scenario.',
    'Dates, ids, host names and numbers, which differ each time, become patterns. Users become ${user}. Passwords, tokens and everything derived from them become ${password} and are never written. Lines that it cannot read become comments.',
    'To run the file, set the password under secrets in the configuration, or with --secret.',
  ],
  options: [
    ...configOptions.filter(({ name }) => name === 'config' || name === 'profile'),
    { name: 'output', value: 'FILE', help: 'The file to write. Default: standard output' },
    {
      name: 'server',
      value: 'NAME|URL',
      help: `The server to write into the scenario. Default: the one in the session. The scheme of a URL also sets the protocol: ${schemes.join(', ')}`,
    },
    { name: 'loose', help: 'Expect only codes and statuses, to run against a different server' },
    {
      name: 'module',
      value: 'NAME',
      help: 'The only module of a blackbox_exporter configuration to import. Default: every module with a dialogue',
    },
    { name: 'format', value: 'NAME', help: 'The kind of text, if it is not recognized' },
  ],
  examples: [
    ['mailspec import session.txt --output scenarios/session.yaml', 'a session copied from a terminal'],
    ['mailspec import - --server mx < session.txt', 'from standard input, for a server of the configuration'],
    ['mailspec import 20261126-1234.in 20261126-1234.out', 'a Dovecot rawlog'],
  ],
};
