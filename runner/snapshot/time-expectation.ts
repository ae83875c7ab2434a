import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';

/** Milliseconds that replies are given. Coarse: a busy machine is not a changed one. */
const bounds = [500, 2_000, 3_000, 5_000, 10_000, 20_000, 40_000, 80_000] as const;
/** A bound is this many times what was measured. */
const allowance = 2;
/** A wait that is this long, milliseconds, is one that the server makes on purpose. */
const deliberate = 900;
/** Of a deliberate wait so much lasts: servers begin to count at different times. */
const lasting = 0.4;
/** What a deliberate wait lasts at least; far more than a reply that is not held back takes. */
const floors = [300, ...bounds] as const;

/** Milliseconds that a message is given at least: what stores it may be busy. */
const leastForMessages = 5_000;

/** How soon a message is answered; nothing where it cannot be told. */
export function messageTimeExpectation(seen: readonly Seen[]): WrittenMap | undefined {
  const shortest = Math.min(...seen.map((each) => (each.kind === 'reply' ? each.elapsed : Number.POSITIVE_INFINITY)));
  const bound = bounds.find((each) => each >= Math.max(leastForMessages, shortest * allowance));
  return bound === undefined ? undefined : { within: written(bound) };
}

/** The status and how soon it came; nothing where it cannot be told. */
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
