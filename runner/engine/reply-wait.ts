import { inWords } from '../duration.ts';
import type { Expectation, Text } from '../plan.ts';
import type { Want } from '../protocol/reply.ts';
import type { Step } from '../steps.ts';
import { type Context, fillText, limited, scopeFor } from './context.ts';
import { enoughUntagged } from './expectation.ts';
import { type Session, sendingTime } from './session.ts';

/** What is awaited, and for how long. */
export interface Wait extends ReplyLimit {
  readonly expectation: Expectation;
  readonly want: Want;
  /**
   * By the clock: the deadline, and until when nothing may arrive for silence. Both come from one reading of the clock.
   */
  readonly until: number;
  readonly quietUntil: number | undefined;
  /** The reply is the greeting, or the first one after it. */
  readonly isFirst: boolean;
  readonly isSecond: boolean;
  /** It is one of these, and its absence would show that the server does not answer. */
  readonly shows: boolean;
}

export function waitFor(context: Context, session: Session, step: Step, expectation: Expectation): Wait {
  const { limit: wanted, hint, patient } = replyLimit(session, step, expectation);
  const quiet = onlyCodes(expectation) === undefined ? quietOf(expectation) : undefined;
  const limit = quiet === undefined ? limited(context, wanted) : wanted;
  const want = wantOf(context, session, step, expectation);
  const now = context.world.clock();
  const until = now + limit;
  const quietUntil = quiet === undefined ? undefined : now + quiet;
  const isFirst = session.greeting === undefined;
  const isSecond = !isFirst && !session.answered;
  const isAnswer = session.counterpart === undefined && quiet === undefined && expectation.kind === 'reply';
  const shows = isAnswer && (isFirst || isSecond);
  if (expectation.kind !== 'reply') session.parser.forgive();
  nameRecipient(session);
  return { expectation, want, limit, hint, patient, until, quietUntil, isFirst, isSecond, shows };
}

/** RFC 2033 section 4.2: each recipient has its own reply. */
function nameRecipient(session: Session): void {
  const recipient = session.lastAction.kind === 'message' ? session.recipients?.next() : undefined;
  if (recipient !== undefined) session.lastAction = { kind: 'message', recipient };
}

interface ReplyLimit {
  /** In milliseconds. */
  readonly limit: number;
  /** What to do if the limit is too short. */
  readonly hint?: string | undefined;
  /** Nobody wrote the limit for this reply: a long one may take longer. */
  readonly patient: boolean;
}

/**
 * The step's limit, else the server's, and the time that a long message needs on a slow link; `within`, `after` and
 * silence among alternatives extend it if necessary.
 */
function replyLimit(session: Session, step: Step, expectation: Expectation): ReplyLimit {
  const { timeout, loginTimeout } = session.target.options;
  const patient = step.timeout === undefined;
  const usual = step.timeout ?? (session.loggingIn ? loginTimeout : timeout) + sendingTime(session);
  // Silence must be over shortly before the limit.
  if (expectation.kind === 'nothing') return { limit: expectation.for + 1, patient: false };
  if (expectation.kind !== 'reply' || onlyCodes(expectation) !== undefined) return { limit: usual, patient };
  let limit = Math.max(usual, (quietOf(expectation) ?? 0) + 1);
  let hint: string | undefined;
  for (const condition of expectation.conditions) {
    if (condition.kind === 'within' && (step.timeout === undefined || condition.ms <= usual)) {
      limit = condition.ms;
      hint = `The expectation itself wants the reply "within" ${inWords(condition.ms)}`;
    }
    if (condition.kind === 'after' && step.timeout === undefined) limit = Math.max(limit, condition.ms + usual);
  }
  return hint === undefined ? { limit, patient } : { limit, hint, patient: false };
}

const nextReply: Want = {};

function wantOf(context: Context, session: Session, step: Step, expectation: Expectation): Want {
  if (expectation.kind !== 'reply') return nextReply;
  const { framing } = expectation;
  const { untagged } = session.protocol.replies;
  const enough = untagged ? enoughUntagged(expectation, scopeFor(context, step.on)) : undefined;
  if (framing === undefined && enough === undefined) return nextReply;
  return {
    ...(enough && { enough }),
    ...(framing && {
      framing: framing.ends === 'dot' ? framing : { ends: 'line', line: fillText(context, framing.line, step.on) },
    }),
  };
}

/** How long silence must last, if the expectation or one of its alternatives is silence. */
function quietOf(expectation: Expectation): number | undefined {
  if (expectation.kind === 'nothing') return expectation.for;
  if (expectation.kind !== 'reply') return undefined;
  for (const condition of expectation.conditions) {
    if (condition.kind !== 'one_of') continue;
    for (const alternative of condition.of) {
      const quiet = quietOf(alternative);
      if (quiet !== undefined) return quiet;
    }
  }
  return undefined;
}

/**
 * The codes, if nothing else is expected. That is the most common case, so it is found out without allocating anything.
 */
export function onlyCodes(expectation: Expectation): readonly Text[] | undefined {
  if (expectation.kind !== 'reply' || expectation.conditions.length !== 1) return undefined;
  const only = expectation.conditions[0];
  return only?.kind === 'code' ? only.codes : undefined;
}
