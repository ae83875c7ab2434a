import type { Condition } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Span } from '../source.ts';
import type { MatcherContext } from './matcher.ts';
import type { Node } from './tree.ts';

export interface ExpectationContext extends MatcherContext {
  /** `undefined` if the server is unknown; then all keys are accepted. */
  readonly protocol: Protocol | undefined;
}

/** Reads the value of a key of the long form. */
export type ReadKey = (context: ExpectationContext, node: Node, span: Span) => readonly Condition[];
