import type { LogLine } from '../result.ts';
import type { Trail } from './cause.ts';

/** What servers log when they have finished with a message, or deferred it. The first matching pattern counts. */
const ends: readonly { readonly kind: Trail['kind']; readonly line: RegExp }[] = [
  // Postfix
  { kind: 'discarded', line: /\brelay=none\b.*\bstatus=sent \(.*discard/i },
  { kind: 'discarded', line: /: discard: |\/discard\[\d+\]: / },
  { kind: 'held', line: /: hold: |\bplaced on hold\b/ },
  { kind: 'deferred', line: /\bstatus=deferred\b/ },
  { kind: 'bounced', line: /\bstatus=bounced\b/ },
  { kind: 'delivered', line: /\bstatus=sent\b/ },
  // Exim
  { kind: 'deferred', line: / == \S.*\bdefer\b/ },
  { kind: 'held', line: /\bno immediate delivery: |\bfrozen\b/ },
  { kind: 'bounced', line: / \*\* \S+/ },
  { kind: 'delivered', line: / [=-]> \S+/ },
  // OpenSMTPD
  { kind: 'deferred', line: /\bresult="?TempFail\b/ },
  { kind: 'bounced', line: /\bresult="?PermFail\b/ },
  { kind: 'delivered', line: /\bresult="?Ok\b/ },
  // Courier, Sendmail, qmail
  { kind: 'delivered', line: /,status: success$|\bstat=Sent\b|\bdelivery \d+: success\b/ },
  { kind: 'deferred', line: /,status: deferred$|\bstat=Deferred\b|\bdelivery \d+: deferral\b/ },
  { kind: 'bounced', line: /,status: failure$|\bdelivery \d+: failure\b/ },
];

/** The reason: Postfix logs it in parentheses, Exim and OpenSMTPD at the end, Sendmail after stat. */
const reasons: readonly RegExp[] = [
  /\bstatus=\w+ \((.*)\)$/,
  /\bstat=Deferred: (.*)$/,
  // Bounded and anchored, since an address may contain anything.
  /^[^=*]* (?:==|\*\*) \S.*?\b(?:defer \(|T=)[^:]{1,200}: (.*)$/,
  /\bresult="\w+" stat="(.*?)"/,
  // Without quotes since OpenSMTPD 7.
  /\bresult=\w+ stat=(.*)$/,
];

function whyIn(text: string): string | undefined {
  for (const each of reasons) {
    const why = each.exec(text)?.[1];
    if (why !== undefined && why !== '') return why;
  }
  return undefined;
}

/** The address that a message was delivered to, and the one that it was for. */
function addressesIn(text: string): { readonly to?: string | undefined; readonly asked?: string | undefined } {
  const opensmtpd = /\brcpt=<(?<asked>[^<>]+)> user=(?<to>\S+)/.exec(text);
  // Exim: "=> alice (postmaster@a) <abuse@a>"; files and commands begin otherwise and are not accounts.
  const exim = / [=-]> (?<to>[^\s/|<>]+)(?: \([^()]*\))? <(?<asked>[^<>]+)>/.exec(text);
  const { asked, to } = (opensmtpd ?? exim)?.groups ?? {};
  if (asked !== undefined && to !== undefined) return isSame(asked, to) ? { to: asked } : { to, asked };
  return {
    to: /\bto=<([^<>]+)>/.exec(text)?.[1] ?? /[=-]> \S+ <([^<>]+)>/.exec(text)?.[1],
    asked: /\borig_to=<([^<>]+)>/.exec(text)?.[1],
  };
}

/** Whether an address belongs to the account that servers log: "bob" and "bob+tag" are both bob's. */
function isSame(asked: string, account: string): boolean {
  return (
    asked.toLowerCase() === account.toLowerCase() || /^[^@+-]*/.exec(asked)?.[0].toLowerCase() === account.toLowerCase()
  );
}

/** What happened to the message, by the scenario's own log lines; the last one counts. */
export function trailOf(log: readonly LogLine[]): Trail | undefined {
  for (const line of [...log].reverse()) {
    if (line.whose !== 'own') continue;
    const end = ends.find((each) => each.line.test(line.text));
    if (end === undefined) continue;
    const { to, asked } = addressesIn(line.text);
    const why = end.kind === 'deferred' || end.kind === 'bounced' ? whyIn(line.text) : undefined;
    return {
      kind: end.kind,
      line,
      ...(why !== undefined && { why }),
      ...(to !== undefined && { to }),
      ...(asked !== undefined && asked !== to && { asked }),
    };
  }
  return undefined;
}
