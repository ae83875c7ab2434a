import type { Entry } from '../documentation/page.ts';
import { evaluateFields } from '../engine/expectation.ts';
import type { CertificateFault } from '../evidence.ts';
import type { Condition, Scenario } from '../plan.ts';
import { type CheckStep, dialogueOf, factsOf, type Step } from '../steps.ts';
import { type Fields, words } from '../value.ts';
import { visible } from '../visible.ts';
import { headlineWords } from '../words/headline.ts';
import { shortened, written } from '../words/text.ts';

/** The opposite reply, for each expectation: to what should be refused, and to what should be accepted. */
const opposites: readonly (readonly [expected: RegExp, came: string])[] = [
  [/^replies [45]/, '250 2.1.5 Ok'],
  [/^replies [23]/, '451 4.3.0 Try again later'],
  [/^replies (?:NO|BAD)/, 'OK completed'],
  [/^replies OK/, 'NO [SERVERBUG] Internal error'],
  [/^replies \+OK/, '-ERR [SYS/TEMP] Temporary problem'],
  [/^replies -ERR/, '+OK'],
];

/** How a failure of the scenario reads, for its last reply or else its last check, with values from broken servers. */
export function failureExample({ dialogue }: Entry, scenario: Scenario): string | undefined {
  const tellsVersion = isAboutVersions(scenario);
  const greeting = tellsVersion ? greetingExample(dialogue) : undefined;
  return (
    replyExample(dialogue, tellsVersion) ?? checkExample(scenario.dialogue) ?? greeting ?? silenceExample(dialogue)
  );
}

/** The last reply that the scenario expects, and its opposite. */
function replyExample(dialogue: Entry['dialogue'], tellsVersion: boolean): string | undefined {
  for (let at = dialogue.length - 1; at > 0; at--) {
    const line = dialogue[at];
    if (line?.side !== 'S') continue;
    const came = opposites.find(([expected]) => expected.test(line.text))?.[1];
    const sent = dialogue.slice(0, at).findLast(({ side }) => side === 'C');
    if (came === undefined || sent === undefined) continue;
    return `${shownSent(sent.text)}: expected ${wantedIn(line.text, tellsVersion)}, got ${tellsVersion ? '250 mx.example.com ESMTP Postfix (3.7.11)' : came}`;
  }
  return undefined;
}

/** What the reply must be, without further requirements on its text. */
function wantedIn(text: string, tellsVersion: boolean): string {
  const wanted = text.replace(/^replies |,? (?:but|\(kept|offers|with|not|has)\b.*$/gs, '');
  return tellsVersion ? `${wanted} without a version` : wanted;
}

/** Whether the scenario forbids banners with a version. */
function isAboutVersions({ suite, dialogue }: Scenario): boolean {
  const conditions = dialogue.flatMap(({ expect }) => (expect?.kind === 'reply' ? expect.conditions : []));
  const isUnwanted = conditions.some(
    (each) => each.kind === 'not' || ('matcher' in each && each.matcher.kind === 'not'),
  );
  return suite.id === 'privacy/banners' && isUnwanted;
}

/** Of a message, only the first line is shown. */
function shownSent(text: string): string {
  return shortened(withoutHoles(text.replace(/␍␊.*$/s, ' …')), longestSent);
}
const longestSent = 100;

/** Greetings that reveal too much, by their beginning. */
const greetings: readonly (readonly [start: RegExp, came: string])[] = [
  [/^220\b/, '220 mx.example.com ESMTP Postfix (3.7.11)'],
  [/^OK\b/, '* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot 2.3.19.1 (Debian) ready.'],
  [/^\+OK/, '+OK Dovecot 2.3.19.1 (Debian) ready.'],
];

/** For scenarios that check only the greeting. */
function greetingExample(dialogue: Entry['dialogue']): string | undefined {
  const [line] = dialogue;
  if (line?.side !== 'S') return undefined;
  const wanted = wantedIn(line.text, true);
  const came = greetings.find(([start]) => start.test(wanted))?.[1];
  return came && `greeting: expected ${wanted}, got ${came}`;
}

/** For scenarios that accept any reply: no reply at all. */
function silenceExample(dialogue: Entry['dialogue']): string | undefined {
  const sent = dialogue.findLast(({ side }, at) => side === 'C' && dialogue[at + 1]?.side === 'S');
  if (sent !== undefined) return `${shownSent(sent.text)}: no complete reply within 10 s`;
  return dialogue.some(({ side }) => side === 'S') ? 'no complete greeting within 10 s' : undefined;
}

/** Results of checks on deliberately broken servers; the first one that does not match is the example. */
const seen: { readonly [Kind in CheckStep['kind']]?: readonly Fields[] } = {
  port: [
    { state: 'closed', address: '192.0.2.25' },
    { state: 'open', address: '192.0.2.25' },
  ],
  tls: [
    { state: 'refused', reason: 'handshake failure' },
    {
      state: 'accepted',
      protocol: 'TLSv1.2',
      cipher: 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
      temporary_key: 'DH 1024',
      resumption: false,
    },
  ],
  certificate: [
    {
      subject: words(['CN=mail.example.com']),
      issuer: words(['CN=Example CA']),
      serial: '04D2',
      alt_names: words(['mail.example.com']),
      valid_for: words([]),
      trusted: false,
      reason: 'certificate has expired',
      days_left: -3,
      key: 'RSA 1024',
      chain: [],
      tlsa: words([]),
      ocsp: words(['revoked']),
      protocol: 'TLSv1.2',
    },
    { serial: '04D2', trusted: true, valid_for: words(['mail.example.com']), days_left: 60 },
  ],
  dns: [
    { status: 'NXDOMAIN', answers: words([]), joined: '', text: words([]), authenticated: false },
    { status: 'NOERROR', answers: words(['10 192.0.2.25']), joined: '10 192.0.2.25', text: words([]) },
    { status: 'NOERROR', answers: words([]), joined: 'v=spf1 mx -all\nv=spf1 a -all', text: words([]) },
    {
      status: 'NOERROR',
      answers: words([]),
      joined: `v=spf1${' include:spf.example.com'.repeat(12)} -all`,
      text: words([]),
    },
    { status: 'NOERROR', answers: words([]), joined: 'v=STSv1; id=1\nv=STSv1; id=2', text: words([]) },
    { status: 'NOERROR', answers: words(['127.255.255.254']), joined: '127.255.255.254', text: words([]) },
  ],
  http: [{ status: 404, headers: {}, body: 'Not Found', url: 'https://mail.example.com/', xml: {}, json: {} }],
  run: [
    { exit: 1, stdout: '', stderr: 'fatal: open /etc/postfix/main.cf: Permission denied' },
    { exit: 0, stdout: 'throttle_secs: 60', stderr: 'warning: unused parameter: smtpd_recipient_restriction=' },
  ],
  log: [{ lines: [] }, { lines: ['postfix/smtpd[812]: fatal: no SASL authentication mechanisms'] }],
  maildir: [{ messages: [] }],
  received: [{ messages: [] }],
};

function checkExample(steps: readonly Step[]): string | undefined {
  const checks = steps.flatMap(checksIn).reverse();
  for (const each of checks) {
    const example = exampleOf(each);
    if (example !== undefined) return example;
  }
  return undefined;
}

/** Not the steps that cause a scenario to be skipped, since those do not fail. */
function checksIn(step: Step): readonly CheckStep[] {
  if (step.otherwise === 'skip') return [];
  return isCheck(step) ? [step] : dialogueOf(step).flatMap(checksIn);
}

function isCheck(step: Step): step is CheckStep {
  return factsOf(step).reply === 'evidence';
}

function exampleOf(step: CheckStep): string | undefined {
  const conditions: readonly Condition[] = step.expect?.kind === 'reply' ? step.expect.conditions : [];
  for (const evidence of seen[step.kind] ?? []) {
    const mismatches = mismatchesOf(conditions, evidence);
    const [first] = mismatches;
    if (first === undefined) continue;
    const fault = step.kind === 'certificate' ? faults[first.path] : undefined;
    if (fault !== undefined) return headlineWords({ kind: 'certificate', fault });
    const label = withoutHoles(written(step.said ?? step.label));
    return headlineWords({ kind: 'mismatch', of: { kind: 'check', label } }, { mismatches });
  }
  return undefined;
}

function mismatchesOf(
  conditions: readonly Condition[],
  evidence: Fields,
): ReturnType<typeof evaluateFields>['mismatches'] {
  return evaluateFields(conditions, evidence, {
    expand: (text) => withoutHoles(written(text)),
    capture: () => undefined,
  }).mismatches;
}

const common = { kind: 'certificate', name: 'mail.example.com' } as const;
/** Certificate errors, which are shown instead of the fields that differ. */
const faults: Readonly<Record<string, CertificateFault>> = {
  trusted: { ...common, wrong: 'self-signed' },
  days_left: { ...common, wrong: 'expired', date: '2026-11-23', days: 3 },
  valid_for: { ...common, wrong: 'another name', asked: 'mail.example.com', names: ['localhost'] },
};

/** Values that a run would fill in. */
const filled: Readonly<Record<string, string>> = {
  'server.host': 'mail.example.com',
  host: 'mail.example.com',
  'server.port': '993',
  port: '993',
  address: '192.0.2.25',
  serial: '01AF',
  mx_host: 'mx.example.com',
  'scenario.id': 'm1a2b3-4',
};

/** Captures have no value before a run, so all others are shown by name. */
function withoutHoles(text: string): string {
  return visible(
    text.replace(/\$\{([^{}|]*)[^{}]*\}/g, (_, name: string) => filled[name] ?? name.replace(/^.*\./, '')),
  );
}
