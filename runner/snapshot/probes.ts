import { builtIn } from './names.ts';
import type { Probe } from './probe.ts';
import { delayProbes } from './rows/delays.ts';
import { deliveryProbes, laterDeliveryProbes, pop3MessageProbes, storedProbes } from './rows/delivery.ts';
import { dnsProbes, documentProbes } from './rows/dns.ts';
import { failedLoginProbes } from './rows/failed-logins.ts';
import { idleProbes } from './rows/idle.ts';
import { imapProbes } from './rows/imap.ts';
import { laterImapProbes } from './rows/imap-later.ts';
import { limitProbes, longRecipientProbes } from './rows/limits.ts';
import { lmtpProbes } from './rows/lmtp.ts';
import { logProbes } from './rows/log.ts';
import { messageDelayProbes } from './rows/message-delays.ts';
import { pop3Probes } from './rows/pop3.ts';
import { portProbes } from './rows/ports.ts';
import { sessionMessageProbes } from './rows/session-messages.ts';
import { sieveProbes } from './rows/sieve.ts';
import { smtpProbes } from './rows/smtp.ts';
import type { Target } from './rows/target.ts';
import { tlsProbes } from './rows/tls.ts';

const ofProtocol: Readonly<Record<Target['protocol'], (target: Target) => readonly Probe[]>> = {
  smtp: smtpProbes,
  lmtp: lmtpProbes,
  imap: imapProbes,
  pop3: pop3Probes,
  sieve: sieveProbes,
};

export interface Scope {
  readonly targets: readonly Target[];
  /** The names of variables with a value. */
  readonly variables: ReadonlySet<string>;
  readonly domain: string | undefined;
}

/** All probes that are possible with this configuration. */
export function probesFor({ targets, variables, domain }: Scope): readonly Probe[] {
  const imap = targets.find(({ protocol, login }) => protocol === 'imap' && login);
  const other = variables.has('recipient_password');
  const reader = imap && {
    imap,
    user: other ? 'recipient' : 'user',
    password: other ? 'recipient_password' : 'password',
  };
  const entries = targets.filter(({ protocol }) => protocol === 'smtp' || protocol === 'lmtp');
  const all = [
    // First, because they wait longest.
    ...idleProbes(targets),
    ...targets.flatMap((target) => {
      const alike = targets.filter(({ protocol }) => protocol === target.protocol);
      const rank = { isFirst: alike[0] === target, isFirstToLogIn: alike.find(({ login }) => login) === target };
      return [
        ...ofProtocol[target.protocol](target),
        ...tlsProbes(target),
        ...limitProbes(target, rank),
        ...delayProbes(target, rank),
      ];
    }),
    ...(reader ? deliveryProbes(entries, reader) : storedIn(entries, variables)),
    ...(imap
      ? targets
          .filter(({ protocol, login }) => protocol === 'pop3' && login)
          .flatMap((each) => pop3MessageProbes(each, imap))
      : []),
    ...failedLoginProbes(targets),
    ...logProbes(targets, reader),
    ...sessionMessageProbes(targets, reader),
    ...portProbes(targets),
    ...dnsProbes(domain, variables.has('resolver')),
    ...documentProbes(),
    ...longRecipientProbes(targets),
    ...laterImapProbes(targets),
    ...laterDeliveryProbes(entries, reader),
    ...messageDelayProbes(entries, reader),
  ];
  return all.filter((probe) => needsOf(probe).every((name) => variables.has(name)));
}

/** The recipient's Maildir if it is configured, else the account's. */
function storedIn(entries: readonly Target[], variables: ReadonlySet<string>): readonly Probe[] {
  if (variables.has('recipient_maildir')) return storedProbes(entries, '${recipient_maildir}', 'recipient');
  return variables.has('maildir') ? storedProbes(entries, '${maildir}', 'user') : [];
}

/** The names that shipped fragments capture. */
const fragments: readonly (readonly [use: string, names: readonly string[]])[] = [
  ['mailspec:imap#namespace', ['prefix']],
  ['mailspec:imap#find', ['seq', 'uid']],
  ['mailspec:pop3#newest', ['last']],
];

/** The variables that a probe's steps use and do not capture. */
function needsOf({ steps, name, variables = {} }: Probe): readonly string[] {
  const text = JSON.stringify([steps, name, variables]);
  const captured = new Set([
    ...builtIn,
    ...Object.keys(variables),
    ...fragments.flatMap(([use, names]) => (text.includes(use) ? names : [])),
  ]);
  for (const [, names = ''] of text.matchAll(/"capture":(\{[^{}]*\}|"[^"]*")/g))
    for (const [each] of names.matchAll(/[a-z_]\w*(?=":)|(?<=")[a-z_]\w*(?="$)/g)) captured.add(each);
  return [...new Set([...text.matchAll(/(?<!\$)\$\{([a-z_][a-z_0-9.]*)/g)].map(([, each = '']) => each))].filter(
    (each) => !captured.has(each),
  );
}
