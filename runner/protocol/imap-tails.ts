import type { Reply, ReplyParser } from './reply.ts';

/**
 * An expectation of untagged responses alone reads until they have come: the tagged OK of the command that they answer
 * is then the tail of a reply that was expected, and no reply of its own that a scenario left unread. A step may still
 * read it. NO and BAD are no such thing.
 */
export function createTailParser(inner: ReplyParser): ReplyParser {
  /** Tags of commands that are not answered. */
  const open = new Set<string>();
  let tails: ReadonlySet<string> = new Set();
  const forgiven = new Set<string>();
  /** Taken to look at it, and no tail. */
  let held: Reply | undefined;
  let failure: { readonly error: unknown } | undefined;
  /** After `+` (IDLE, for one) the tagged response waits for the client. */
  let continuing = false;

  function isForgivenTail(reply: Reply): boolean {
    return reply.protocol === 'imap' && reply.tag !== undefined && forgiven.delete(reply.tag) && reply.status === 'OK';
  }

  function note(reply: Reply): Reply {
    if (reply.protocol !== 'imap') return reply;
    if (reply.tag !== undefined) open.delete(reply.tag);
    if (reply.status === '*' && !continuing) tails = new Set(open);
    if (reply.status !== '*') continuing = reply.status === '+';
    return reply;
  }

  return {
    sent(command) {
      if (command.tag !== undefined) {
        open.add(command.tag);
        forgiven.delete(command.tag);
      }
      inner.sent(command);
    },
    push: inner.push,
    take(want) {
      if (failure !== undefined) {
        const { error } = failure;
        failure = undefined;
        throw error;
      }
      for (;;) {
        const reply = held ?? inner.take(want);
        held = undefined;
        if (reply === undefined) return undefined;
        note(reply);
        if (!isForgivenTail(reply)) return reply;
      }
    },
    forgive() {
      for (const tag of tails) if (open.has(tag)) forgiven.add(tag);
      tails = new Set();
    },
    get unread() {
      if (held !== undefined || failure !== undefined) return true;
      try {
        while (forgiven.size > 0 && inner.unread) {
          const reply = inner.take();
          if (reply === undefined) return false;
          if (isForgivenTail(reply)) {
            note(reply);
            continue;
          }
          held = reply;
          return true;
        }
      } catch (error) {
        failure = { error };
        return true;
      }
      return inner.unread;
    },
    get pending() {
      return inner.pending + (held?.raw.length ?? 0);
    },
    drain() {
      const all = Buffer.concat([held?.raw ?? Buffer.alloc(0), inner.drain()]);
      held = failure = undefined;
      return all;
    },
  };
}
