import type { LogLine, ScenarioResult } from '../result.ts';
import type { Backend, SymptomKind } from './cause.ts';
import { isCommand } from './exchange.ts';

/** What servers log if a service that they need does not answer. The first matching pattern counts. */
const services: readonly { readonly kind: Backend['kind']; readonly line: RegExp }[] = [
  // Postfix
  { kind: 'authentication', line: /\bSASL: Connect to .* failed|\bno SASL authentication mechanisms\b/ },
  { kind: 'milter', line: /\bMilter \(\S+\): (?:error connecting|to error state)/ },
  { kind: 'milter', line: /\bmilter\b.*\b(?:refused|No such file|timed out|unreasonable)\b/i },
  { kind: 'policy', line: /\bproblem talking to server\b/ },
  { kind: 'table', line: /\btable lookup problem\b|\bopen database \S+: / },
  // Dovecot
  { kind: 'authentication', line: /\bauth: connect\(\S+\) failed\b|\bAuth process broken\b/i },
  // Courier, Cyrus, Exim, Sendmail, Postfix, Dovecot
  {
    kind: 'limit',
    line: /\bMaximum connection limit reached\b|\btoo many (?:simultaneous )?connections\b|\b(?:Connection (?:concurrency|rate)|New TLS session rate) limit exceeded\b|\bRefusing TLS service (?:session|request)\b|\bMaximum number of connections from user\+IP exceeded\b|\b(?:process|client)_limit \(\d+\) reached\b/i,
  },
  // Exim's ACLs; its log also says "temporarily rejected" for lookups
  {
    kind: 'scanner',
    line: /\btemporarily rejected\b.*(?:\bfailed to connect\b|\bsocket\b|\bmalware acl condition\b|\bspam acl condition\b)/,
  },
  // Exim, Courier
  { kind: 'authentication', line: /\b(?:auth socket|saslauthd|authdaemon)\b.*\b(?:fail\w*|refused|No such file)\b/i },
  { kind: 'filter', line: /\bmilter-reject: / },
  { kind: 'disk', line: /\b(?:No space left on device|Disk quota exceeded)\b/ },
  // Files that cannot be written; sockets, which are connected to, are covered by other rows.
  {
    kind: 'store',
    line: /^(?!.*\bconnect\b).*\b(?:lmtp|imap|pop3|managesieve|quota-status|lda|deliver|virtual|local|maildir)\b.*\b(?:Permission denied|Read-only file system|Not a directory)\b/,
  },
  // Postfix, then Dovecot, Cyrus, Exim, Courier and Sendmail
  {
    kind: 'certificate',
    line: /\berror loading private keys and certificates\b|\bcannot (?:load|get) \S+ (?:certificate|private key)\b|\bTLS context initialization failed\b/,
  },
  { kind: 'certificate', line: /\bCan't load SSL (?:certificate|private key)\b|\bSSL context\b.*\bCan't load\b/ },
  { kind: 'certificate', line: /\bunable to get (?:certificate|private key) from\b|\bcannot load cert\/key data\b/ },
  {
    kind: 'certificate',
    line: /\bTLS error\b.*\bcert\/key setup\b|\bcouriertls: \S+: (?:error|No such file|Permission denied)\b/,
  },
  { kind: 'certificate', line: /\bSTARTTLS=server, error: (?:SSL_CTX_use_\w+|load verify locs|\S*file\S*)\b/ },
];

/** Which backends can be the reason for a cause of a kind. */
const behind: Partial<Readonly<Record<SymptomKind, readonly Backend['kind'][]>>> = {
  silent: ['limit', 'authentication', 'milter', 'policy', 'scanner', 'table'],
  refused: ['authentication', 'milter', 'policy', 'scanner', 'table', 'disk', 'store', 'filter'],
  delivery: ['disk', 'store'],
  login: ['limit', 'disk', 'store'],
  handshake: ['certificate', 'limit', 'milter'],
};

/** The log lines that name what the server cannot reach or use. */
export function backendLines(log: readonly LogLine[]): readonly LogLine[] {
  return log.filter(({ text }) => services.some(({ line }) => line.test(text)));
}

/** RFC 5321 section 4.1.1.1, RFC 2033 section 4.1 */
const hello = /^(?:EHLO|LHLO)\b/i;

/**
 * The backend that the server needs in each session and cannot reach, if that ends or defers everything: either its log
 * says so, or sessions end where it first has to know how clients can log in.
 */
export function backendOf(
  kind: SymptomKind,
  results: readonly ScenarioResult[],
  log: readonly LogLine[],
): Backend | undefined {
  if (kind === 'refused' && results.length > 0 && results.every(isSyntax)) return undefined;
  // A login that is refused has another reason than a limit, which ends the session or lets it wait.
  const isRefused = kind === 'login' && results.some(({ problem }) => problem?.evidence?.reply !== undefined);
  for (const { text } of log) {
    const found = services.find(({ line }) => line.test(text));
    if (found === undefined || (isRefused && found.kind === 'limit')) continue;
    if (behind[kind]?.includes(found.kind)) return { kind: found.kind, logged: true };
  }
  return kind === 'silent' && results.some(endsBeforeLogin) ? { kind: 'authentication', logged: false } : undefined;
}

/** RFC 5321 section 4.2.3: the reason is the command itself, whatever else the server logs at that time. */
function isSyntax({ problem }: ScenarioResult): boolean {
  return /^(?:50\d|555)$/.test(problem?.evidence?.reply?.status ?? '');
}

/**
 * Whether EHLO is answered before TLS (a server that requires TLS for logins does not advertise any then), while the
 * session ends over TLS.
 */
function endsBeforeLogin({ problem, transcript }: ScenarioResult): boolean {
  if (problem?.code !== 'connection.closed' || !isCommand(problem, hello)) return false;
  const lines = transcript.filter(({ at }) => at <= problem.at);
  const upgrade = lines.findLastIndex((line) => line.from === 'client' && /^STARTTLS\b/i.test(line.text));
  const shaken = lines.findIndex((line, at) => at > upgrade && line.from === 'note');
  const again = lines.findIndex((line, at) => at > shaken && line.from === 'client');
  return upgrade !== -1 && shaken !== -1 && again !== -1;
}
