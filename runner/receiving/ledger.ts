import type { Arrival, Envelope, Received, ReceiverReply, ReceiverSession, Refusal } from '../arrival.ts';
import { limits } from './limits.ts';

/** The mail that a running scenario receives. */
export interface Claim {
  /** `${scenario.id}`, which its mail contains. */
  readonly token: string;
  /** Its recipients. Empty: all mail that contains the token. */
  readonly recipients: readonly string[];
  readonly rcpt: readonly ReceiverReply[];
  readonly message: readonly ReceiverReply[];
}

export interface Claimed extends Received {
  /** Mail that arrives from now on is dropped. */
  release(): void;
}

/** The mail of one receiver, by the scenario that it belongs to. Owns no socket. */
export interface Ledger {
  claim(claim: Claim): Claimed;
  /** The reply to RCPT; `undefined` if the recipient is accepted. `envelope.to` has the recipients before it. */
  recipient(address: string, envelope: Envelope, session: ReceiverSession): ReceiverReply | undefined;
  /** The reply to a message; `undefined` if it is accepted. */
  message(octets: Buffer, envelope: Envelope, session: ReceiverSession): ReceiverReply | undefined;
}

/**
 * Mail that no scenario waits for is deferred, so that the server under test keeps it, as if nobody listened here. RFC
 * 3463 section 3.2: 4.2.0, "other or undefined mailbox status".
 */
const nobodys: ReceiverReply = { code: 450, enhanced: '4.2.0', text: 'No scenario waits for this mail' };
const full: ReceiverReply = { code: 452, enhanced: '4.3.1', text: 'Too much mail for one run' };

interface Entry extends Claim {
  readonly messages: Arrival[];
  readonly refused: Refusal[];
  /** The number of attempts for each recipient, and for the message to each set of recipients. */
  readonly tries: Map<string, number>;
}

/** `run`: the common prefix of all tokens in this run. */
export function createLedger(run: string, wall: () => number): Ledger {
  const claims = new Set<Entry>();
  let kept = 0;

  /** Mail for a scenario of this run that has ended. */
  const isLate = (texts: readonly string[]) => texts.some((text) => text.toLowerCase().includes(run.toLowerCase()));

  const refusing = (
    entry: Entry,
    command: Refusal['command'],
    tried: string,
    envelope: Envelope,
    session: ReceiverSession,
  ): ReceiverReply | undefined => {
    const replies = command === 'RCPT' ? entry.rcpt : entry.message;
    const key = `${command} ${tried.toLowerCase()}`;
    const count = entry.tries.get(key) ?? 0;
    if (entry.tries.size < limits.messages || count > 0) entry.tries.set(key, count + 1);
    const reply = replies[Math.min(count, replies.length - 1)];
    if (reply === undefined || reply.code < 400) return undefined;
    if (entry.refused.length < limits.messages) entry.refused.push({ command, envelope, session, reply, time: wall() });
    return reply;
  };

  return {
    claim(claim) {
      const entry: Entry = { ...claim, messages: [], refused: [], tries: new Map() };
      claims.add(entry);
      return {
        messages: entry.messages,
        refused: entry.refused,
        release() {
          if (!claims.delete(entry)) return;
          kept -= sizeOf(entry.messages);
        },
      };
    },

    recipient(address, envelope, session) {
      const tried = { ...envelope, to: [address] };
      for (const entry of claims) {
        if (!isFor(entry, tried)) continue;
        const reply = refusing(entry, 'RCPT', address, tried, session);
        if (reply !== undefined) return reply;
        return undefined;
      }
      // The header may still name the scenario.
      const open = [...claims].some(({ recipients }) => recipients.length === 0);
      return open || isLate([envelope.from, address]) ? undefined : nobodys;
    },

    message(octets, envelope, session) {
      const owners = [...claims].filter((entry) => isFor(entry, envelope) || hasToken(entry, octets));
      if (owners.length === 0)
        return isLate([envelope.from, ...envelope.to]) || octets.includes(run) ? undefined : nobodys;
      for (const entry of owners) {
        const reply = refusing(entry, 'message', envelope.to.join(' '), envelope, session);
        if (reply !== undefined) return reply;
      }
      const isFull = owners.some(({ messages }) => messages.length >= limits.messages);
      if (isFull || kept + octets.length * owners.length > limits.kept) return full;
      kept += octets.length * owners.length;
      for (const { messages } of owners) messages.push({ octets, envelope, session, time: wall() });
      return undefined;
    },
  };
}

function isFor({ recipients, token }: Claim, { from, to }: Envelope): boolean {
  if (recipients.length > 0) return to.some((address) => recipients.some((each) => isSame(each, address)));
  return [from, ...to].some((address) => address.toLowerCase().includes(token.toLowerCase()));
}

function hasToken({ recipients, token }: Claim, octets: Buffer): boolean {
  return recipients.length === 0 && octets.includes(token);
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function sizeOf(messages: readonly Arrival[]): number {
  return messages.reduce((size, { octets }) => size + octets.length, 0);
}
