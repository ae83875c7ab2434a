import type { Condition } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Span } from '../source.ts';
import type { MatcherContext } from './matcher.ts';
import type { Node } from './tree.ts';

export interface ExpectationContext extends MatcherContext {
  /** Unknown if the server is unknown: then every key is accepted. */
  readonly protocol: Protocol | undefined;
}

/** How the value of one key of the long form is read. */
export type ReadKey = (context: ExpectationContext, node: Node, span: Span) => readonly Condition[];
