import type { Did } from '../authoring/exchange.ts';
import { type Came, isEnd } from '../authoring/expectation.ts';
import type { StepFailure } from '../engine/failure.ts';
import type { Session } from '../engine/session.ts';
import type { Finding } from '../protocol/findings.ts';

/** The result of an action. */
export interface Answer {
  readonly came: readonly Came[];
  /** Violations of the protocol in it, each once. */
  readonly findings: readonly Finding[];
  /** What went wrong: no reply in time, an invalid one, a failed handshake. */
  readonly failure?: StepFailure;
  /** The user canceled the wait. */
  readonly cancelled?: true;
  /** Milliseconds from the last octet sent to the last octet received. */
  readonly took?: number;
}

/** A login, and a command with literals, are one step: intermediate replies do not count as separate ones. */
export function finalOnly({ kind }: Did, answer: Answer, { protocol }: Session): Answer {
  const { came } = answer;
  if (kind === 'login') return { ...answer, came: came.slice(came.findLastIndex((each) => !isEnd(each))) };
  if (kind !== 'parts') return answer;
  return {
    ...answer,
    came: came.filter((each, at) => at === came.length - 1 || isEnd(each) || !protocol.replies.asksForMore(each)),
  };
}
