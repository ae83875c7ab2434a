import type { Did, Exchange } from '../authoring/exchange.ts';
import type { Came } from '../authoring/expectation.ts';
import type { Written } from '../authoring/written.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { isPositive } from '../protocol/protocols.ts';

/** An exchange while its replies come. */
export interface Building {
  did: Did;
  readonly came: Came[];
  readonly pinned?: Written;
  readonly comments: string[];
  /** Sent before the one before it was answered. */
  readonly pipelined: boolean;
  /** Replies are due: one, or none. */
  due: number;
}

/** STARTTLS that was accepted: what follows was encrypted, whether the text says so or not. COMPRESS likewise. */
export function withStartTls(exchange: Building | Exchange, { starttls, compress }: Protocol): Building | Exchange {
  const { did, came } = exchange;
  const [reply] = came;
  if (did.kind !== 'line' || reply === undefined || reply === 'closed' || !isPositive(reply)) return exchange;
  const command = did.text.trim().toUpperCase();
  if (command === starttls?.command) return { ...exchange, did: { kind: 'starttls' } };
  return command === compress ? { ...exchange, did: { kind: 'compress' } } : exchange;
}

/** Commands that were sent in one go become a pipeline. */
export function grouped(all: readonly (Building | Exchange)[]): readonly Exchange[] {
  const result: Exchange[] = [];
  for (const each of all) {
    const plain: Exchange = {
      did: each.did,
      came: each.came,
      ...('pinned' in each && each.pinned !== undefined && { pinned: each.pinned }),
      ...(each.comments !== undefined && { comments: each.comments }),
    };
    const last = result.at(-1);
    if (!('pipelined' in each) || !each.pipelined || each.did.kind !== 'line' || last === undefined) result.push(plain);
    else if (last.did.kind === 'pipeline')
      result[result.length - 1] = pipelineOf([...last.did.exchanges, plain], last.comments);
    else if (last.did.kind === 'line') result[result.length - 1] = pipelineOf([last, plain], []);
    else result.push(plain);
  }
  return result;
}

/** What stands among its commands stands above it. */
function pipelineOf(exchanges: readonly Exchange[], above: readonly string[] = []): Exchange {
  const comments = [...above, ...exchanges.flatMap((each) => each.comments ?? [])];
  return {
    did: { kind: 'pipeline', exchanges: exchanges.map(({ comments: _, ...each }) => each) },
    came: [],
    comments,
  };
}
