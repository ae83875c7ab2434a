import type { Reply, Sent } from './reply.ts';

/** LMTP's replies to a message, one for each recipient that was accepted. */
export interface Recipients {
  /** Of what is being written: how many replies are due, where SMTP has `due`. */
  sent(commands: readonly Sent[], due: number): number;
  received(reply: Reply): void;
}

/** RFC 2033 section 4.2. */
export function createRecipients(): Recipients {
  let accepted = 0;
  /** The verbs of what is not answered, in order. */
  let unanswered: readonly string[] = ['GREETING'];
  return {
    sent(commands, due) {
      const [first] = commands;
      if (first?.as !== 'message') {
        unanswered = [...unanswered, ...commands.slice(0, due).map(verbOf)];
        return due;
      }
      const ends = !/^BDAT (?!.* LAST\r)/i.test(first.bytes.toString('latin1', 0, longestHead));
      const replies = ends ? Math.max(1, accepted) : 1;
      if (ends) accepted = 0;
      unanswered = [...unanswered, ...Array.from({ length: replies }, () => 'MESSAGE')];
      return replies;
    },
    received(reply) {
      const [verb, ...rest] = unanswered;
      unanswered = rest;
      if (verb === undefined || reply.protocol !== 'smtp' || reply.code < 200 || reply.code >= 300) return;
      if (verb === 'RCPT') accepted += 1;
      else if (endsTransaction.has(verb)) accepted = 0;
    },
  };
}

const longestHead = 64;
const endsTransaction: ReadonlySet<string> = new Set(['LHLO', 'MAIL', 'RSET']);

function verbOf({ bytes }: Sent): string {
  return /^[A-Za-z]+/.exec(bytes.toString('latin1', 0, longestHead))?.[0].toUpperCase() ?? '';
}
