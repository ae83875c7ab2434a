import type { Did, Exchange } from '../authoring/exchange.ts';
import { type Came, isEnd } from '../authoring/expectation.ts';
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
  readonly at?: number | undefined;
  /** Replies are due: one, or none. */
  due: number;
}

/** STARTTLS that was accepted: what follows was encrypted, whether the text says so or not. COMPRESS likewise. */
export function withStartTls(exchange: Building | Exchange, { starttls, compress }: Protocol): Building | Exchange {
  const { did, came } = exchange;
  const [reply] = came;
  if (did.kind !== 'line' || reply === undefined || isEnd(reply) || !isPositive(reply)) return exchange;
  const command = did.text.trim().toUpperCase();
  if (command === starttls?.command) return { ...exchange, did: { kind: 'starttls' } };
  return command === compress ? { ...exchange, did: { kind: 'compress' } } : exchange;
}

/** Commands that were sent in one go become a pipeline. */
export function grouped(all: readonly (Building | Exchange)[]): readonly Exchange[] {
  const result: Exchange[] = [];
  let together: Exchange[] = [];
  const end = () => {
    const [first] = together;
    if (first !== undefined) result.push(together.length === 1 ? first : pipelineOf(together));
    together = [];
  };
  for (const each of all) {
    const pipelined = 'pipelined' in each && each.pipelined && each.did.kind === 'line';
    if (!pipelined || together[0]?.did.kind !== 'line') end();
    together.push({
      did: each.did,
      came: each.came,
      ...('pinned' in each && each.pinned !== undefined && { pinned: each.pinned }),
      ...(each.comments !== undefined && { comments: each.comments }),
      ...(each.at !== undefined && { at: each.at }),
    });
  }
  end();
  return result;
}

/** What stands among its commands stands above it. */
function pipelineOf(exchanges: readonly Exchange[]): Exchange {
  return {
    did: { kind: 'pipeline', exchanges: exchanges.map(({ comments: _, ...each }) => each) },
    came: [],
    comments: exchanges.flatMap(({ comments = [] }) => comments),
    ...(exchanges[0]?.at !== undefined && { at: exchanges[0].at }),
  };
}
