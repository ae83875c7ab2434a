import type { LogLine, ScenarioResult } from '../result.ts';
import type { Backend, SymptomKind } from './cause.ts';

/** What servers log when something that they ask does not answer. The first pattern that fits counts. */
const services: readonly { readonly kind: Backend['kind']; readonly line: RegExp }[] = [
  // Postfix
  { kind: 'authentication', line: /\bSASL: Connect to .* failed|\bno SASL authentication mechanisms\b/ },
  { kind: 'milter', line: /\bmilter\b.*\b(?:refused|No such file|timed out|unreasonable)\b/i },
  { kind: 'policy', line: /\bproblem talking to server\b/ },
  { kind: 'table', line: /\btable lookup problem\b|\bopen database \S+: / },
  // Dovecot
  { kind: 'authentication', line: /\bauth: connect\(\S+\) failed\b|\bAuth process broken\b/i },
  // Exim, Courier
  { kind: 'authentication', line: /\b(?:auth socket|saslauthd|authdaemon)\b.*\b(?:fail\w*|refused|No such file)\b/i },
];

/** RFC 5321 section 4.1.1.1, RFC 2033 section 4.1 */
const hello = /^(?:EHLO|LHLO)\b/i;

/**
 * What the server asks in each session and does not reach, where that ends or puts off everything: its log says so; or
 * sessions end where it has to know for the first time how one can log in.
 */
export function backendOf(
  kind: SymptomKind,
  results: readonly ScenarioResult[],
  log: readonly LogLine[],
): Backend | undefined {
  if (kind !== 'silent' && kind !== 'refused') return undefined;
  for (const { text } of log) {
    const found = services.find(({ line }) => line.test(text));
    if (found !== undefined) return { kind: found.kind, logged: true };
  }
  return kind === 'silent' && results.some(endsBeforeLogin) ? { kind: 'authentication', logged: false } : undefined;
}

/** EHLO is answered before TLS, where a server that wants TLS for logins offers none, and ends the session over TLS. */
function endsBeforeLogin({ problem, transcript }: ScenarioResult): boolean {
  const action = problem?.evidence?.action;
  if (problem?.code !== 'connection.closed' || action?.kind !== 'command') return false;
  if (!hello.test(action.line ?? action.label)) return false;
  const lines = transcript.filter(({ at }) => at <= problem.at);
  const upgrade = lines.findLastIndex((line) => line.from === 'client' && /^STARTTLS\b/i.test(line.text));
  const shaken = lines.findIndex((line, at) => at > upgrade && line.from === 'note');
  const again = lines.findIndex((line, at) => at > shaken && line.from === 'client');
  return upgrade !== -1 && shaken !== -1 && again !== -1;
}
