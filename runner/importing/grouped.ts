import type { Did, Exchange } from '../authoring/exchange.ts';
import { type Came, isEnd } from '../authoring/expectation.ts';
import type { Written } from '../authoring/written.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { isPositive } from '../protocol/protocols.ts';

/** An exchange while its replies are being read. */
export interface Building {
  did: Did;
  readonly came: Came[];
  readonly pinned?: Written;
  readonly comments: string[];
  /** Whether it was sent before the previous one was answered. */
  readonly pipelined: boolean;
  readonly at?: number | undefined;
  /** How many replies are due: one or none. */
  due: number;
}

/** An accepted STARTTLS: what follows was encrypted, whether or not the text says so. The same for COMPRESS. */
export function withStartTls(exchange: Building | Exchange, { starttls, compress }: Protocol): Building | Exchange {
  const { did, came } = exchange;
  const [reply] = came;
  if (did.kind !== 'line' || reply === undefined || isEnd(reply) || !isPositive(reply)) return exchange;
  const command = did.text.trim().toUpperCase();
  if (command === starttls?.command) return { ...exchange, did: { kind: 'starttls' } };
  return command === compress ? { ...exchange, did: { kind: 'compress' } } : exchange;
}

/** Turns commands that were sent at once into a pipeline. */
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

/** Comments between its commands are moved above it. */
function pipelineOf(exchanges: readonly Exchange[]): Exchange {
  return {
    did: { kind: 'pipeline', exchanges: exchanges.map(({ comments: _, ...each }) => each) },
    came: [],
    comments: exchanges.flatMap(({ comments = [] }) => comments),
    ...(exchanges[0]?.at !== undefined && { at: exchanges[0].at }),
  };
}
