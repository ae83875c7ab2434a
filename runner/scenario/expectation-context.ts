import type { Condition } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Span } from '../source.ts';
import type { MatcherContext } from './matcher.ts';
import type { Node } from './tree.ts';

export interface ExpectationContext extends MatcherContext {
  /** Unknown where the server is: everything is let pass then. */
  readonly protocol: Protocol | undefined;
}

/** How the value of one key of the long form is read. */
export type ReadKey = (context: ExpectationContext, node: Node, span: Span) => readonly Condition[];
