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

/** One row a protocol, in the order in which messages list them. */
export const protocols: Readonly<Record<ProtocolName, Protocol>> = table;

/** The protocols of which something is true. */
export function protocolsWhere(holds: (protocol: Protocol) => boolean): readonly Protocol[] {
  return Object.values(protocols).filter(holds);
}

/** What is true of replies like this one. LMTP's are SMTP's. */
export function repliesLike(reply: Reply): Replies {
  return protocols[reply.protocol].replies;
}

export function isPositive(reply: Reply): boolean {
  return repliesLike(reply).isPositive(reply);
}
