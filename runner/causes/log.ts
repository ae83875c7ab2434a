import type { Product } from '../remedy.ts';
import type { LogLine } from '../result.ts';

/** What servers log if something is wrong, most important first. */
const weights: readonly RegExp[] = [
  /\b(?:fatal|panic|emerg|alert|crit)\b/i,
  /\b(?:error|cannot|can't|could not|unable to|No such file|refused|denied|permission)\b/i,
  /\bmilter-reject\b|\b(?:warning|fail(?:ed|ure)?|temporary|unavailable|timeout|timed out|expired)\b/i,
];

/** Dovecot itself marks such a line as harmless, except if it has waited for its authentication service. */
const quiet = /: Info: (?!.*\bAuth process broken\b)/;
/** What other scenarios cause on purpose: refused relaying, old TLS versions, wrong passwords. */
const provoked =
  /(?<!milter-)\breject: |SSL_accept|Illegal address syntax|SASL \S+ authentication (?:failed|aborted)|non-SMTP command|SMTP (?:protocol|syntax) error in|invalid (?:octet|character)|TLS library problem|TLS handshaking|lost connection after|\bauth_failed\b|authentication failure|Password mismatch|mailspec receiver/i;

const mostLines = 3;

/** The lines that say most about what is wrong, without duplicates: those that occur with many failures come first. */
export function tellingLines(logs: readonly (readonly LogLine[])[]): readonly LogLine[] {
  const found = new Map<string, { readonly line: LogLine; readonly weight: number; count: number }>();
  for (const log of logs) {
    const seen = new Set<string>();
    for (const line of log) {
      const weight = weights.findIndex((each) => each.test(line.text));
      if (weight === -1 || provoked.test(line.text) || quiet.test(line.text)) continue;
      const key = withoutNumbers(line.text);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = found.get(key);
      if (known) known.count++;
      else found.set(key, { line, weight, count: 1 });
    }
  }
  return [...found.values()]
    .sort((a, b) => score(b) - score(a))
    .slice(0, mostLines)
    .map(({ line }) => line);
}

/** The names of servers in their logs. */
const programs: readonly (readonly [Product, RegExp])[] = [
  ['postfix', /\bpostfix\/\S+\[\d+\]: /],
  ['dovecot', /\bdovecot(?:\[\d+\])?: /],
  ['exim', /\bexim4?\[\d+\]: /],
  ['sendmail', /\b(?:sendmail|sm-mta)\[\d+\]: /],
  ['cyrus', /\bcyrus\/\S+\[\d+\]: /],
  ['courier', /\b(?:couriertls|courieresmtpd|authdaemond)\b|\b(?:imaps?|pop3s?)(?:d|d-ssl)?: /],
];

/** The products that wrote the lines, for servers that do not identify themselves. */
export function loggedProducts(log: readonly LogLine[]): readonly Product[] {
  return programs.flatMap(([product, line]) => (log.some(({ text }) => line.test(text)) ? [product] : []));
}

/** A line with the reason outweighs several that only report the effect. */
function score({ weight, count }: { readonly weight: number; readonly count: number }): number {
  return count * ([4, 3, 1][weight] ?? 1);
}

/** Ignores differences in time and process. */
function withoutNumbers(text: string): string {
  return text.replace(/^.*?(?=[a-z]\S*[[(:])/i, '').replace(/[0-9A-F]{6,}|\d+/g, '#');
}
