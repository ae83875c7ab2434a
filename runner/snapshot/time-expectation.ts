import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';

/** Time limits for replies, in milliseconds. They are coarse, since a busy machine does not mean a changed server. */
const bounds = [500, 2_000, 3_000, 5_000, 10_000, 20_000, 40_000, 80_000] as const;
/**
 * A limit is at least this many times the measured time. Not exactly twice: servers wait for whole seconds, a little more
 * or less, and a wait of 5 s must not be on both sides of 10 s / 2.
 */
const allowance = 2.1;
/** A longer delay, in milliseconds, is deliberate. */
const deliberate = 900;
/**
 * The share of a deliberate delay that is expected: servers begin to count at different times. Not exactly 0.4, for the
 * same reason.
 */
const lasting = 0.41;
/** The least delays to expect; far more than an undelayed reply takes. */
const floors = [300, ...bounds] as const;

/** The least time limit for a message, in milliseconds: storing it may take time. */
const leastForMessages = 5_000;

/** Whether a reply came so fast that no other measurement can make its limits tighter. */
export function isQuick(elapsed: number): boolean {
  return elapsed * allowance <= bounds[0];
}

/** How fast a message is answered; `undefined` if that is not clear. */
export function messageTimeExpectation(seen: readonly Seen[]): WrittenMap | undefined {
  const shortest = Math.min(...seen.map((each) => (each.kind === 'reply' ? each.elapsed : Number.POSITIVE_INFINITY)));
  const bound = bounds.find((each) => each >= Math.max(leastForMessages, shortest * allowance));
  return bound === undefined ? undefined : { within: written(bound) };
}

/** The status and how fast it arrived; `undefined` if that is not clear. */
export function timeExpectation(seen: readonly Seen[]): Written | undefined {
  const statuses = new Set<Written>();
  let shortest = Number.POSITIVE_INFINITY;
  for (const each of seen) {
    if (each.kind !== 'reply') return undefined;
    const { reply, elapsed } = each;
    statuses.add('code' in reply ? reply.code : 'status' in reply ? reply.status : '');
    shortest = Math.min(shortest, elapsed);
  }
  const [status] = statuses;
  const bound = bounds.find((each) => each >= shortest * allowance);
  if (status === undefined || statuses.size > 1 || status === '' || bound === undefined) return undefined;
  const floor = floors.findLast((each) => each <= shortest * lasting);
  return {
    [typeof status === 'number' ? 'code' : 'status']: status,
    within: written(bound),
    ...(shortest >= deliberate && floor !== undefined && { after: written(floor) }),
  };
}

function written(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
