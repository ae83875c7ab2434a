import { byIdentity } from '../../by-identity.ts';
import type { UntaggedResponse } from '../../protocol/reply.ts';

/**
 * The most EXPUNGE responses of one reply that are followed: each costs a search and a place in a list, and no test
 * deletes more.
 */
const mostExpunged = 20_000;

interface Followed {
  /** How many responses have been processed; a reply's list may grow. */
  seen: number;
  /** The expunged messages by the numbers that they had at the beginning, in ascending order. */
  readonly expunged: number[];
  readonly numbers: Map<UntaggedResponse, number>;
}

const followed = byIdentity(
  (_untagged: readonly UntaggedResponse[]): Followed => ({ seen: 0, expunged: [], numbers: new Map() }),
);

/**
 * The number that a response's message had before the reply began. RFC 9051 section 7.5.1: each EXPUNGE at once
 * decrements the numbers of the messages after it.
 */
export function originalOf(response: UntaggedResponse, untagged: readonly UntaggedResponse[]): number | undefined {
  const state = followed(untagged);
  for (const each of untagged.slice(state.seen)) follow(state, each);
  state.seen = untagged.length;
  return state.numbers.get(response);
}

function follow({ expunged, numbers }: Followed, response: UntaggedResponse): void {
  const seq = seqOf(response);
  if (seq === undefined || expunged.length >= mostExpunged) return;
  // Counts the expunged messages before this one by binary search: expunged[i] - i never decreases.
  let [low, high] = [0, expunged.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((expunged[middle] ?? 0) - middle <= seq) low = middle + 1;
    else high = middle;
  }
  numbers.set(response, seq + low);
  if (response.name === 'EXPUNGE') expunged.splice(low, 0, seq + low);
}

function seqOf({ name, data }: UntaggedResponse): number | undefined {
  if (name === 'EXPUNGE' && typeof data === 'number') return data;
  const seq = name === 'FETCH' && typeof data === 'object' && data !== null && 'seq' in data ? data.seq : undefined;
  return typeof seq === 'number' ? seq : undefined;
}
