import { type Finding, finding } from './findings.ts';
import type { Reply, Sent } from './reply.ts';

/** LMTP's replies to a message, one for each accepted recipient. */
export interface Recipients {
  /** How many replies are due for what is being sent, if `due` are with SMTP. */
  sent(commands: readonly Sent[], due: number): number;
  received(reply: Reply): void;
  /**
   * The position of the recipient whose reply to the message comes next, and how many there are; `undefined` if there
   * is only one reply.
   */
  next(): { readonly at: number; readonly of: number } | undefined;
  /** The violations if this many replies did not arrive. */
  findings(owed: number): readonly Finding[];
}

/** RFC 2033 section 4.2. */
export function createRecipients(): Recipients {
  let accepted = 0;
  /** The verbs of commands without a reply so far, in order. */
  let unanswered: readonly string[] = ['GREETING'];
  /** How many replies to the last message are due. */
  let due = 1;
  return {
    sent(commands, replies) {
      const [first] = commands;
      if (first?.as !== 'message') {
        unanswered = [...unanswered, ...commands.slice(0, replies).map(verbOf)];
        return replies;
      }
      const ends = !/^BDAT (?!.* LAST\r)/i.test(first.bytes.toString('latin1', 0, longestHead));
      due = ends ? Math.max(1, accepted) : 1;
      if (ends) accepted = 0;
      unanswered = [...unanswered, ...Array.from({ length: due }, () => 'MESSAGE')];
      return due;
    },
    received(reply) {
      const [verb, ...rest] = unanswered;
      unanswered = rest;
      if (verb === undefined || reply.protocol !== 'smtp' || reply.code < 200 || reply.code >= 300) return;
      if (verb === 'RCPT') accepted += 1;
      else if (endsTransaction.has(verb)) accepted = 0;
    },
    next() {
      const left = unanswered.filter((verb) => verb === 'MESSAGE').length;
      return left > 0 && due > 1 ? { at: due - left + 1, of: due } : undefined;
    },
    findings(owed) {
      if (due === 1 || owed === 0) return [];
      const came = Math.max(0, due - owed);
      const message = `${due} recipients were accepted, and ${came} of ${due} replies to the message came`;
      return [finding('lmtp.message.too-few', message, Buffer.alloc(0))];
    },
  };
}

const longestHead = 64;
const endsTransaction: ReadonlySet<string> = new Set(['LHLO', 'MAIL', 'RSET']);

function verbOf({ bytes }: Sent): string {
  return /^[A-Za-z]+/.exec(bytes.toString('latin1', 0, longestHead))?.[0].toUpperCase() ?? '';
}
