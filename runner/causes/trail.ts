import type { LogLine } from '../result.ts';
import type { Trail } from './cause.ts';

/** What servers log when they are done with a message, or put it off. The first pattern that fits a line counts. */
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
  { kind: 'deferred', line: /\bresult="TempFail"/ },
  { kind: 'bounced', line: /\bresult="PermFail"/ },
  { kind: 'delivered', line: /\bresult="Ok"/ },
  // Courier, Sendmail, qmail
  { kind: 'delivered', line: /,status: success$|\bstat=Sent\b|\bdelivery \d+: success\b/ },
  { kind: 'deferred', line: /,status: deferred$|\bstat=Deferred\b|\bdelivery \d+: deferral\b/ },
  { kind: 'bounced', line: /,status: failure$|\bdelivery \d+: failure\b/ },
];

/** Postfix puts it in parentheses, Exim and OpenSMTPD at the end, Sendmail behind stat. */
const reasons: readonly RegExp[] = [
  /\bstatus=\w+ \((.*)\)$/,
  /\bstat=Deferred: (.*)$/,
  // Bounded, and from one place: an address may be anything.
  /^[^=*]* (?:==|\*\*) \S.*?\b(?:defer \(|T=)[^:]{1,200}: (.*)$/,
  /\bresult="\w+" stat="(.*?)"/,
];

function whyIn(text: string): string | undefined {
  for (const each of reasons) {
    const why = each.exec(text)?.[1];
    if (why !== undefined && why !== '') return why;
  }
  return undefined;
}

/** Where the message went, by the scenario's own log lines: the last that says so. */
export function trailOf(log: readonly LogLine[]): Trail | undefined {
  for (const line of [...log].reverse()) {
    if (line.whose !== 'own') continue;
    const end = ends.find((each) => each.line.test(line.text));
    if (end === undefined) continue;
    const to = /\bto=<([^<>]+)>/.exec(line.text)?.[1] ?? /[=-]> \S+ <([^<>]+)>/.exec(line.text)?.[1];
    const asked = /\borig_to=<([^<>]+)>/.exec(line.text)?.[1];
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
