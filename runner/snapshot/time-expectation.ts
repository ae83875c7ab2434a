import type { Written, WrittenMap } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import type { Measured } from './observe.ts';

const second = 1_000;

/** What a reply gets that took less than `below`; all times in milliseconds. */
interface Limits {
  readonly below: number;
  readonly within: number;
  /** Only a delay on purpose is also expected to last. */
  readonly after?: number;
}

/**
 * The limits of long delays. They do not overlap with what a busy machine makes of a shorter delay, nor do they separate
 * what a server may make of the same one: it waits for whole seconds, a little more or less, and Dovecot, whose clock has
 * whole seconds, up to one less and a half more.
 */
const ofLongDelays: readonly Limits[] = [
  { below: 4_750, within: 7_500, after: 1_300 },
  { below: 6_750, within: 12_000, after: 2_300 },
  { below: 10_750, within: 20_000, after: 3_300 },
  { below: 17_500, within: 35_000, after: 5_000 },
  { below: 38_000, within: 80_000, after: 8_000 },
];

const ofCommands: readonly Limits[] = [
  { below: 240, within: 500 },
  { below: 900, within: 2_000 },
  { below: 1_450, within: 3_000, after: 300 },
  { below: 2_750, within: 6_000, after: 600 },
  ...ofLongDelays,
];

/**
 * To check a password takes time on purpose, and two seconds of Dovecot take one to two and a half. To store a message
 * takes as long as the disk is busy.
 */
const ofWork: readonly Limits[] = [
  { below: 900, within: 2_000 },
  { below: 2_750, within: 6_000, after: 800 },
  ...ofLongDelays,
];

function limitsOf(elapsed: number, works: boolean): Limits | undefined {
  return (works ? ofWork : ofCommands).find(({ below }) => elapsed < below);
}

/** A message gets at least this many times the measured time. */
const allowance = 2.1;
const ofMessages = [5_000, 10_000, 20_000, 40_000, 80_000] as const;

/** Whether a reply came so fast that no other measurement can make its limits tighter. */
export function isQuick(elapsed: number, works: boolean): boolean {
  return limitsOf(elapsed, works) === (works ? ofWork : ofCommands)[0];
}

/** How fast a message is answered; `undefined` if that is not clear. */
export function messageTimeExpectation(seen: readonly Seen[]): WrittenMap | undefined {
  const shortest = Math.min(...seen.map((each) => (each.kind === 'reply' ? each.elapsed : Number.POSITIVE_INFINITY)));
  const bound = ofMessages.find((each) => each >= shortest * allowance);
  return bound === undefined ? undefined : { within: written(bound) };
}

/** Whether two of several measurements give the same limits as the shortest one. */
export function isConfirmed({ times = [] }: Measured): boolean {
  const limits = times.map((each) => limitsOf(each, true));
  const shortest = limitsOf(Math.min(...times), true);
  return limits.filter((each) => each === shortest).length > 1;
}

/** The status and how fast it arrived; `undefined` if that is not clear. */
export function timeExpectation(seen: readonly Seen[], works: boolean): Written | undefined {
  const statuses = new Set<Written>();
  let shortest = Number.POSITIVE_INFINITY;
  for (const each of seen) {
    if (each.kind !== 'reply') return undefined;
    const { reply, elapsed } = each;
    statuses.add('code' in reply ? reply.code : 'status' in reply ? reply.status : '');
    shortest = Math.min(shortest, elapsed);
  }
  const [status] = statuses;
  const limits = limitsOf(shortest, works);
  if (status === undefined || statuses.size > 1 || status === '' || limits === undefined) return undefined;
  const { within, after } = limits;
  return {
    [typeof status === 'number' ? 'code' : 'status']: status,
    within: written(within),
    ...(after !== undefined && { after: written(after) }),
  };
}

function written(ms: number): string {
  return ms % second === 0 ? `${ms / second}s` : `${ms}ms`;
}
