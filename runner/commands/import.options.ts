import { protocols } from '../protocol/protocols.ts';
import type { Command } from './command.ts';

const schemes = Object.values(protocols).flatMap(({ schemes: each }) => Object.keys(each));

export const importCommand: Command = {
  name: 'import',
  summary: 'a pasted session to a scenario',
  usage: '[options] FILE… (or -)',
  about: [
    'Reads what a program showed of a session and writes a scenario: telnet and nc, openssl s_client, gnutls-cli, swaks, curl -v, recordio, the log of Postfix (smtpd -v, debug_peer_list), the two files of a rawlog of Dovecot, and the transcripts of mailspec (attachments, reports); also scripts: James MPT, imaptest, client scripts of Exim, modules of blackbox_exporter. The kind of text, the protocol and who said what are recognized.',
    'What is different each time (dates, ids, host names, numbers) becomes a pattern. Users become ${user}; passwords, tokens and everything made from them become ${password} and are not written. What cannot be read is a comment at its place.',
    'Set the password as a secret of the configuration, or with --secret, and run the file.',
  ],
  options: [
    { name: 'output', value: 'FILE', help: 'Where to write. Default: standard output' },
    {
      name: 'server',
      value: 'NAME|URL',
      help: `What to write as the server. Default: as the text says. A URL also names the protocol: ${schemes.join(', ')}`,
    },
    { name: 'loose', help: 'Expect only codes and statuses: for another server than the one in the text' },
    { name: 'format', value: 'NAME', help: 'The kind of text, where it is not recognized' },
  ],
  examples: [
    ['mailspec import session.txt --output scenarios/session.yaml', 'a session that was copied from a terminal'],
    ['mailspec import - --server mx < session.txt', 'from standard input, for a server of the configuration'],
    ['mailspec import 20261126-1234.in 20261126-1234.out', "a rawlog of Dovecot's"],
  ],
};
