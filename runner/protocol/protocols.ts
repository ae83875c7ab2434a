import { imap } from './descriptors/imap.ts';
import { line } from './descriptors/line.ts';
import { lmtp } from './descriptors/lmtp.ts';
import { pop3 } from './descriptors/pop3.ts';
import { sieve } from './descriptors/sieve.ts';
import { smtp } from './descriptors/smtp.ts';
import type { Protocol, Replies } from './protocol.ts';
import type { Reply } from './reply.ts';

const table = { smtp, lmtp, imap, pop3, sieve, line } satisfies Readonly<Record<string, Protocol>>;

export type ProtocolName = keyof typeof table;

/** One row per protocol, in the order in which messages list them. */
export const protocols: Readonly<Record<ProtocolName, Protocol>> = table;

/** The protocols that meet a condition. */
export function protocolsWhere(holds: (protocol: Protocol) => boolean): readonly Protocol[] {
  return Object.values(protocols).filter(holds);
}

/** Facts about replies of this kind. LMTP's replies are SMTP replies. */
export function repliesLike(reply: Reply): Replies {
  return protocols[reply.protocol].replies;
}

export function isPositive(reply: Reply): boolean {
  return repliesLike(reply).isPositive(reply);
}
