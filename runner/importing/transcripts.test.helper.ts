import type { EmbeddedServer } from '../demo-server/server.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';

export interface Row {
  readonly files: readonly string[];
  readonly format: string;
  /** The embedded server's service. */
  readonly server: keyof EmbeddedServer['addresses'];
  /** The server's name in the text. */
  readonly named?: RegExp;
  readonly has?: RegExp;
  /** The number of sessions, if there are several. */
  readonly several?: number;
  /** The protocol to give for a text with several. */
  readonly protocol?: Protocol;
}

/** Every transcript of the folder, and the expected result. */
export const rows: readonly Row[] = [
  { files: ['telnet-smtp.txt'], format: 'telnet or nc', server: 'mx', named: /smtp:\/\/mail\.example\.test$/m },
  { files: ['telnet-imap.txt'], format: 'telnet or nc', server: 'imaps', named: /imap:\/\/localhost$/m },
  { files: ['telnet-pop3.txt'], format: 'telnet or nc', server: 'pop3s', named: /pop3:\/\/pop\.example\.test$/m },
  { files: ['nc-smtp.txt'], format: 'telnet or nc', server: 'mx', has: /send: VRFY postmaster/ },
  { files: ['openssl-smtp.txt'], format: 'openssl s_client', server: 'submission', named: /mail\.example\.test:587/ },
  {
    // Without the command line, and with the empty lines in session tickets.
    files: ['openssl-tickets.txt'],
    format: 'openssl s_client',
    server: 'submission',
    has: /- starttls\n +- send: EHLO client[\s\S]*mechanism: LOGIN[\s\S]*Subject: x\n\n +hi\n/,
  },
  { files: ['openssl-pop3s.txt'], format: 'openssl s_client', server: 'pop3s', has: /dialogue:\n +- expect:\n.*\+OK/ },
  { files: ['openssl-stls.txt'], format: 'openssl s_client', server: 'pop3', has: /- starttls\n +- send: USER/ },
  { files: ['openssl-quiet.txt'], format: 'openssl s_client', server: 'imaps', has: /- send: SELECT INBOX/ },
  { files: ['gnutls-starttls.txt'], format: 'gnutls-cli', server: 'submission', has: /- starttls\n +- send: EHLO/ },
  { files: ['gnutls-imap.txt'], format: 'gnutls-cli', server: 'imap', has: /- starttls\n/ },
  {
    files: ['gnutls-at-once.txt'],
    format: 'gnutls-cli',
    server: 'imaps',
    has: /- pipeline:\n +- send: NOOP\n[\s\S]*- send: LOGOUT\n[\s\S]*\n {6}- expect: closed\n/,
  },
  { files: ['swaks.txt'], format: 'swaks', server: 'submission', has: /mechanism: LOGIN/ },
  { files: ['curl.txt'], format: 'curl -v', server: 'imaps', named: /imaps:\/\/mail\.example\.test$/m },
  { files: ['curl-smtp.txt'], format: 'curl -v', server: 'mx', has: /# The session does not show the message/ },
  { files: ['curl-pop3.txt'], format: 'curl -v', server: 'pop3s', has: /- send: RETR 1\n +expect: \+OK/ },
  {
    files: ['script-openssl.txt'],
    format: 'openssl s_client',
    server: 'submission',
    has: /mechanism: PLAIN[\s\S]*# not sent, it is a command of openssl: QUIT/,
  },
  { files: ['recordio.txt'], format: 'recordio', server: 'mx' },
  { files: ['postfix-log.txt'], format: "Postfix's log", server: 'mx', has: /- pipeline:\n/ },
  { files: ['mailspec.txt'], format: 'a transcript of mailspec', server: 'mx', has: /expect: closed/ },
  {
    // The whole dialogue after the failure, not the excerpt in it.
    files: ['attachment.txt'],
    format: 'a transcript of mailspec',
    server: 'submission',
    has: /^ +dialogue:\n +- expect:[\s\S]*- starttls\n[\s\S]*mechanism: PLAIN/m,
  },
  { files: ['rawlog.in', 'rawlog.out'], format: 'recordio', server: 'imaps' },
  {
    // As Dovecot's rawlog_dir writes it, beginning with the reply to the login.
    files: ['rawlog-login.in', 'rawlog-login.out'],
    format: 'recordio',
    server: 'imaps',
    has: /- expect: OK\n +- authenticate:[\s\S]*- send: SELECT INBOX/,
  },
  {
    files: ['rawlog-pop3.in', 'rawlog-pop3.out'],
    format: 'recordio',
    server: 'pop3s',
    has: /- expect: \+OK\n +- authenticate:[\s\S]*- send: STAT/,
  },
  { files: ['james.test'], format: 'a script of James MPT', server: 'imaps', has: /\(\?im\)\^\\d\+ EXISTS/ },
  { files: ['james-greeting.test'], format: 'a script of James MPT', server: 'imaps', has: /# What the server says/ },
  { files: ['exim-client.txt'], format: 'a client script of Exim', server: 'mx', has: /^ +\.dotted$/m },
  {
    files: ['blackbox.yml'],
    format: 'a module of blackbox_exporter',
    server: 'submission',
    has: /250-STARTTLS|STARTTLS/,
  },
  {
    files: ['blackbox-several.yml'],
    format: 'a module of blackbox_exporter',
    server: 'imap',
    protocol: protocols.imap,
    has: /name: imap_starttls\n[\s\S]*- starttls\n[\s\S]*name: imap_capabilities\n[\s\S]*# left out: smtp_starttls, irc_banner, http_2xx/,
  },
  {
    files: ['imaptest.txt'],
    format: 'a script of imaptest',
    server: 'imaps',
    has: /original: 1\n(?:.*\n)*.*# search uid \$uid9\n/,
  },
  { files: ['telnet-twice.txt'], format: 'telnet or nc', server: 'mx', several: 2 },
  {
    // Interleaved processes, a client that disappears, a process with two sessions.
    files: ['postfix-several.txt'],
    format: "Postfix's log",
    server: 'mx',
    several: 3,
    has: /HELO laptop[\s\S]*session 2\n[\s\S]*QUIT[\s\S]*session 3\n[\s\S]*HELO phone/,
  },
  { files: ['tcpdump.txt'], format: 'captured packets', server: 'mx', has: /Subject: sniffed\n/ },
  { files: ['ngrep.txt'], format: 'captured packets', server: 'mx', has: /Subject: sniffed\n/ },
  { files: ['ngrep-byline.txt'], format: 'captured packets', server: 'mx', has: /Subject: sniffed\n/ },
  { files: ['tcpflow.txt'], format: 'captured packets', server: 'mx', has: /Subject: sniffed\n/ },
  { files: ['socat.txt'], format: 'captured packets', server: 'mx', has: /- send: VRFY postmaster/ },
  { files: ['curl-trace.txt'], format: 'captured packets', server: 'imaps', has: /BODY\[\]: true/ },
  { files: ['curl-literal.txt'], format: 'curl -v', server: 'imaps', has: /left out: a line[\s\S]*BODY\[\]: true/ },
  { files: ['swaks-plaintext.txt'], format: 'swaks', server: 'submission', has: /mechanism: PLAIN, user/ },
  { files: ['swaks-hidden.txt'], format: 'swaks', server: 'submission', has: /mechanism: LOGIN, user/ },
  {
    // Its password also appears in a setting.
    files: ['msmtp.txt'],
    format: 'a labelled session',
    server: 'submission',
    has: /left out: a line[\s\S]*- starttls\n[\s\S]*mechanism: PLAIN[\s\S]*- pipeline:\n/,
  },
  { files: ['fetchmail.txt'], format: 'fetchmail -v', server: 'imap', has: /- starttls\n[\s\S]*mechanism: / },
  // RETR without the message, and a capability on two lines.
  { files: ['fetchmail-pop3.txt'], format: 'fetchmail -v', server: 'pop3', has: /- send: RETR 1\n/ },
  { files: ['mbsync-sasl.txt'], format: 'mbsync -D', server: 'imaps', has: /mechanism: PLAIN/ },
  { files: ['mutt-imap.txt'], format: "mutt's log", server: 'imaps', has: /- send: SELECT "INBOX"/ },
  { files: ['s-nail.txt'], format: 'mailx', server: 'submission', has: /- starttls\n[\s\S]*mechanism: PLAIN/ },
  { files: ['sendemail.txt'], format: 'sendEmail', server: 'mx', has: /# The session does not show the message/ },
  {
    files: ['rawlog-combined.txt'],
    format: 'recordio',
    server: 'imaps',
    has: /- expect: OK\n +- authenticate:[\s\S]*- send: SELECT INBOX/,
  },
  {
    // With a shell's prompts before and after it.
    files: ['socat-terminal.txt'],
    format: 'telnet or nc',
    server: 'mx',
    named: /smtp:\/\/mail\.example\.test$/m,
    has: /^ +- expect: *\n?[\s\S]*- send: QUIT\n.*\n?$/m,
  },
  { files: ['mbsync.txt'], format: 'mbsync -D', server: 'imaps', has: /mechanism: login-command/ },
  {
    files: ['smtplib.txt'],
    format: 'a labelled session',
    server: 'submission',
    has: /mechanism: CRAM-MD5[\s\S]*\.dot\n/,
  },
  {
    files: ['imaplib.txt'],
    format: 'a labelled session',
    server: 'imap',
    has: /# The session does not show the literal/,
  },
  {
    files: ['poplib.txt'],
    format: 'a labelled session',
    server: 'pop3',
    has: /- starttls\n[\s\S]*PASS \$\{password\}/,
  },
  { files: ['net-smtp.txt'], format: 'a labelled session', server: 'mx', has: /- send: EHLO client\.example/ },
  { files: ['openssl-state.txt'], format: 'openssl s_client', server: 'submission', has: /mechanism: PLAIN/ },
  { files: ['openssl-msg.txt'], format: 'openssl s_client', server: 'submission', has: /mechanism: PLAIN/ },
  { files: ['openssl-brief.txt'], format: 'openssl s_client', server: 'submission', has: /mechanism: PLAIN/ },
];
