import type { ImapReply } from './reply.ts';

type Final = Pick<ImapReply, 'tag' | 'status'>;

/** Decides which replies are only the ends of replies that were expected. */
export interface Tails {
  /** Records the tag of a command that is sent. */
  sent(tag: string): void;
  /** The scenario goes on without reading the outstanding tails. */
  forgive(): void;
  /** Whether the reply that ends with this response is a tail that was forgiven. */
  isForgiven(final: Final): boolean;
  /** Records a reply that was read. True if it is a forgiven tail. */
  took(reply: ImapReply): boolean;
}

/**
 * An expectation of only untagged responses reads until these have arrived. The tagged OK of their command is then the
 * tail of a reply that was expected, not one that the scenario left unread. A step may still read it. NO and BAD are
 * never tails.
 */
export function createTails(): Tails {
  /** Tags of commands without a tagged response so far. */
  const open = new Set<string>();
  let tails: readonly string[] = [];
  const forgiven = new Set<string>();
  /** After `+`, for example of IDLE, the tagged response waits for the client. */
  let continuing = false;

  function isForgiven({ tag, status }: Final): boolean {
    return tag !== undefined && forgiven.has(tag) && status === 'OK';
  }

  return {
    sent(tag) {
      open.add(tag);
      forgiven.delete(tag);
    },
    forgive() {
      for (const tag of tails) if (open.has(tag)) forgiven.add(tag);
      tails = [];
    },
    isForgiven,
    took(reply) {
      const { tag, status } = reply;
      if (status === '*') {
        if (!continuing) tails = [...open];
        return false;
      }
      continuing = status === '+';
      if (tag === undefined) return false;
      const tail = isForgiven(reply);
      open.delete(tag);
      forgiven.delete(tag);
      return tail;
    },
  };
}
