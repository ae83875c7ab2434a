import { type Came, isEnd } from '../authoring/expectation.ts';
import type { Written } from '../authoring/written.ts';
import type { Seen } from '../engine/witness.ts';
import { isPositive } from '../protocol/protocols.ts';
import type { Observed } from './observe.ts';
import type { Open } from './probe.ts';

/** What follows the reply to a long command. */
export type Rest =
  /** Nothing, the end of the connection, or more than one reply: several, or one and the end. */
  | { readonly kind: 'nothing' | 'end' | 'more' }
  /** One reply; `index` is the number of its open expectation. */
  | { readonly kind: 'reply'; readonly index: number; readonly observed: readonly Observed[] };

/** What follows the reply with this number, in any observation: it may come too late for one of them. */
export function restAfter(index: number, observed: readonly Observed[]): Rest {
  // After the end of a connection, the steps see the next one.
  const replied = observed.filter(({ seen }) => seen.get(index)?.kind === 'reply');
  const answered = replied.filter(({ seen }) => seen.get(index + 1)?.kind === 'reply');
  if (answered.some(({ seen }) => ['reply', 'closed'].includes(seen.get(index + 2)?.kind ?? '')))
    return { kind: 'more' };
  if (answered.length > 0) return { kind: 'reply', index: index + 1, observed: answered };
  return { kind: replied.some(({ seen }) => seen.get(index + 1)?.kind === 'closed') ? 'end' : 'nothing' };
}

/** The step that proves that nothing comes after a refused long command. */
export function silence(name: string): Written {
  return { name, expect: 'nothing' };
}

/**
 * The refusal of a long command or the end of the connection, if the server ends it; `undefined` if it does not, or if
 * it accepted the command.
 */
export function endOrRefusal(index: number, open: Open, observed: readonly Observed[]): Written | undefined {
  if (open.kind !== 'end') return undefined;
  const came = observed.map(({ seen }) => cameIn(seen.get(index)));
  const ends = came.some(isParting) || restAfter(index, observed).kind === 'end';
  return ends && came.every(isRefusal) ? { one_of: ['closed', open.refused] } : undefined;
}

/** The connection has ended or will: 421 (RFC 5321 section 3.8), BYE (RFC 9051 section 7.1.5, RFC 5804 section 1.2). */
function isParting(came: Came | undefined): boolean {
  if (came === undefined || isEnd(came)) return came !== undefined;
  return 'code' in came ? came.code === 421 : 'status' in came && came.status === 'BYE';
}

export function isRefusal(came: Came | undefined): boolean {
  return isEnd(came) || (came !== undefined && !isPositive(came));
}

export function cameIn(seen: Seen | undefined): Came | undefined {
  return seen?.kind === 'reply' ? seen.reply : seen?.kind === 'closed' ? 'closed' : undefined;
}
