import { inWords } from '../duration.ts';
import type { WantedExpectation } from '../mismatch.ts';
import type { Expectation, Text } from '../plan.ts';
import { isPositive, repliesLike } from '../protocol/protocols.ts';
import type { Reply, Want } from '../protocol/reply.ts';
import type { Step } from '../steps.ts';
import { isFatalAlert } from '../transport/stream-errors.ts';
import { TransportError } from '../transport/transport.ts';
import { noteEnd } from './awaited-end.ts';
import { firstLine } from './conditions/subject.ts';
import { type Context, fillText, limited, scopeFor } from './context.ts';
import { closedFailure, stillOpen } from './ends.ts';
import { captureFrom, enoughUntagged, evaluate } from './expectation.ts';
import { StepFailure } from './failure.ts';
import { noteFindings } from './findings.ts';
import { drainEnd } from './fragment.ts';
import { failureFrom, octetsOf } from './problems.ts';
import { type Observation, observe, type Session } from './session.ts';
import { noteSlowLogin } from './slow-login.ts';
import type { Seen } from './witness.ts';

/**
 * Reads what one `expect` reads and holds the expectation against it; keeps the step's captures.
 * The reply, where there was one. Throws a `StepFailure`.
 */
export async function awaitReply(
  context: Context,
  session: Session,
  step: Step,
  expectation: Expectation,
): Promise<Reply | undefined> {
  const observation = await observeFor(context, session, step, expectation);
  if (observation.event !== 'reply') {
    judge(context, session, step, expectation, observation);
    if (observation.event === 'closed') noteFindings(context, session, step, observation.findings, expectation);
    if (expectation.kind === 'closed') noteEnd(context, session, step);
    return undefined;
  }
  const { reply } = observation;
  try {
    judge(context, session, step, expectation, observation);
  } finally {
    // What the step expects comes first, and both are shown.
    noteFindings(context, session, step, reply.findings, expectation);
  }
  return reply;
}

/** Holds the step's expectation, or else "a positive reply", against a reply that was read already. */
export function judgeReply(context: Context, session: Session, step: Step, reply: Reply): void {
  const elapsed = session.transport.lastReceived - session.transport.lastSent;
  if (step.expect !== undefined) judge(context, session, step, step.expect, { event: 'reply', reply, elapsed });
  else if (!isPositive(reply)) {
    throw new StepFailure(
      'reply.mismatch',
      { kind: 'not positive', after: session.lastAction },
      {
        span: step.span,
        mismatches: [{ path: '', expected: { kind: 'positive reply' }, actual: octetsOf(reply.raw) }],
        reply: firstLine(reply),
        hint: 'Write an "expect" on the step where another reply is right',
      },
    );
  }
}

/** Reads one reply without an expectation of its own: a reply that the runner needs to go on. */
export async function readReply(context: Context, session: Session, step: Step): Promise<Reply> {
  const anything: Expectation = { kind: 'reply', conditions: [], span: step.span };
  const observation = await observeFor(context, session, step, anything);
  if (observation.event !== 'reply') throw closedFailure(session, step, observation);
  noteFindings(context, session, step, observation.reply.findings, step.expect);
  return observation.reply;
}

async function observeFor(
  context: Context,
  session: Session,
  step: Step,
  expectation: Expectation,
): Promise<Observation> {
  const { clock } = context.world;
  const { limit: wanted, hint } = replyLimit(session, step, expectation);
  const quiet = onlyCodes(expectation) === undefined ? quietOf(expectation) : undefined;
  const limit = quiet === undefined ? limited(context, wanted) : wanted;
  const want = wantOf(context, session, step, expectation);
  const start = clock();
  const isFirst = session.greeting === undefined;
  const isSecond = !isFirst && !session.answered;
  if (expectation.kind !== 'reply') session.parser.forgive();
  nameRecipient(session);
  if (session.counterpart !== undefined) await session.counterpart.answer(session, step, expectation);
  try {
    const observation = await observe(session, want, start + limit, quiet, clock);
    if (observation.event === 'reply') {
      if (isFirst) context.world.breaker.reached(session.target, session.url.implicitTls ? 'tls' : 'answer');
      else if (isSecond) context.world.breaker.reached(session.target, 'command');
      note(session, observation.reply);
      if (session.loggingIn) noteSlowLogin(context, session, step.span, observation);
    }
    return observation;
  } catch (error) {
    noteFindings(context, session, { span: step.span }, session.parser.findings());
    // In TLS 1.3 a client's certificate is refused after the handshake (RFC 8446 section 4.4.2.4).
    if (expectation.kind === 'closed' && isFatalAlert(error))
      return { event: 'closed', ...drainEnd(session.parser), elapsed: clock() - session.transport.lastSent };
    const failure =
      brokenSilence(error, session, expectation) ??
      stillOpen(error, session, expectation, limit) ??
      failureFrom(error, step, session, limit, hint);
    if (failure !== undefined && failure.code !== 'input.value') session.abandoned = failure.headline;
    throw failure ?? error;
  }
}

/** RFC 2033 section 4.2: each recipient has a reply of its own. */
function nameRecipient(session: Session): void {
  const recipient = session.lastAction.kind === 'message' ? session.recipients?.next() : undefined;
  if (recipient !== undefined) session.lastAction = { kind: 'message', recipient };
}

interface ReplyLimit {
  /** Milliseconds. */
  readonly limit: number;
  /** What to do where it is too short. */
  readonly hint?: string;
}

/** The step's, else the server's; `within`, `after` and a silence among alternatives stretch it where they need to. */
function replyLimit(session: Session, step: Step, expectation: Expectation): ReplyLimit {
  const { timeout, loginTimeout } = session.target.options;
  const usual = step.timeout ?? (session.loggingIn ? loginTimeout : timeout);
  // Silence is over a little before the limit is.
  if (expectation.kind === 'nothing') return { limit: expectation.for + 1 };
  if (expectation.kind !== 'reply' || onlyCodes(expectation) !== undefined) return { limit: usual };
  let limit = Math.max(usual, (quietOf(expectation) ?? 0) + 1);
  let hint: string | undefined;
  for (const condition of expectation.conditions) {
    if (condition.kind === 'within' && (step.timeout === undefined || condition.ms <= usual)) {
      limit = condition.ms;
      hint = `The expectation itself wants the reply "within" ${inWords(condition.ms)}`;
    }
    if (condition.kind === 'after' && step.timeout === undefined) limit = Math.max(limit, condition.ms + usual);
  }
  return hint === undefined ? { limit } : { limit, hint };
}

/** The beginning of a reply broke the silence, and its end did not come in time. */
function brokenSilence(error: unknown, session: Session, expectation: Expectation): StepFailure | undefined {
  if (expectation.kind !== 'nothing' || !(error instanceof TransportError) || error.kind !== 'timeout')
    return undefined;
  return unexpected('fragment', expectation, session.parser.drain());
}

/** Octets where silence or the end of the connection was expected. */
function unexpected(came: 'reply' | 'fragment', expectation: Expectation, octets: Buffer): StepFailure {
  const expected: WantedExpectation =
    expectation.kind === 'nothing'
      ? { kind: 'nothing', for: expectation.for }
      : { kind: 'closed', ...(expectation.kind === 'closed' && expectation.by && { by: expectation.by }) };
  return new StepFailure(
    'reply.unexpected',
    { kind: 'unexpected', came, expected },
    {
      span: expectation.span,
      mismatches: [{ path: '', expected: { kind: 'expectation', expectation: expected }, actual: octetsOf(octets) }],
    },
  );
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

/** How long silence must last, where the expectation or one of its alternatives is silence. */
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

function note(session: Session, reply: Reply): void {
  session.continuing = session.protocol.replies.asksForMore(reply) ?? session.continuing;
}

/** Throws a `StepFailure` unless what was observed meets the expectation. */
function judge(
  context: Context,
  session: Session,
  step: Step,
  expectation: Expectation,
  observation: Observation,
): void {
  const answered = session.lastAction;
  const seen = context.world.witness && seenIn(observation);
  if (seen !== undefined) context.world.witness?.(context.scenario, step, seen);
  if (observation.event !== 'reply') {
    if (!holdsForEvent(expectation, observation)) throw closedFailure(session, step, observation);
    if (observation.event === 'closed') {
      // What a server says unasked is no reply.
      if (observation.rest.length > 0 && !session.protocol.replies.untagged) {
        throw new StepFailure('reply.unexpected', 'the server sent something before it closed the connection', {
          span: expectation.span,
          mismatches: [
            {
              path: '',
              expected: { kind: 'expectation', expectation: { kind: 'closed' } },
              actual: octetsOf(observation.rest),
            },
          ],
        });
      }
      session.finished = true;
    } else session.owed = 0; // Nothing is what the scenario waited for.
    return;
  }
  const { reply } = observation;
  if (expectation.kind !== 'reply') throw unexpected('reply', expectation, reply.raw);
  if (step.captures.length === 0 && isPlainly(expectation, reply)) return;
  const scope = scopeFor(context, step.on);
  const { mismatches } = evaluate(expectation, reply, { scope, elapsed: observation.elapsed });
  if (mismatches.length > 0) {
    throw new StepFailure(
      'reply.mismatch',
      { kind: 'mismatch', of: answered },
      { place: mismatches[0]?.place, span: expectation.span, mismatches, reply: firstLine(reply) },
    );
  }
  if (step.captures.length === 0) return;
  const missing = captureFrom(step.captures, reply.text, scope, repliesLike(reply).wholeText(reply));
  if (missing.length > 0) {
    throw new StepFailure(
      'capture.missing',
      { kind: 'nothing to capture', of: answered },
      { place: missing[0]?.place, span: step.span, mismatches: missing, reply: firstLine(reply) },
    );
  }
}

/** The codes, where nothing but a code is expected, as nearly always: nothing is made to find that out. */
function onlyCodes(expectation: Expectation): readonly Text[] | undefined {
  if (expectation.kind !== 'reply' || expectation.conditions.length !== 1) return undefined;
  const only = expectation.conditions[0];
  return only?.kind === 'code' ? only.codes : undefined;
}

function isPlainly(expectation: Expectation, reply: Reply): boolean {
  const codes = onlyCodes(expectation);
  return codes?.length === 1 && 'code' in reply && codes[0] === String(reply.code);
}

/** What was said before the end of a connection is neither a reply nor an end. */
function seenIn(observation: Observation): Seen | undefined {
  if (observation.event === 'closed' && observation.rest.length > 0) return undefined;
  if (observation.event !== 'reply') return { kind: observation.event };
  return { kind: 'reply', reply: observation.reply, elapsed: observation.elapsed };
}

type EventWithoutReply = Exclude<Observation, { readonly event: 'reply' }>;

function holdsForEvent(expectation: Expectation, event: EventWithoutReply): boolean {
  if (expectation.kind === 'closed' && event.event === 'closed' && expectation.by !== undefined)
    return event.by !== undefined && expectation.by.includes(event.by);
  if (expectation.kind !== 'reply') return expectation.kind === event.event;
  return (
    expectation.conditions.length > 0 &&
    expectation.conditions.every(
      (condition) =>
        (condition.kind === 'one_of' && condition.of.some((alternative) => holdsForEvent(alternative, event))) ||
        (condition.kind === 'not' && !holdsForEvent(condition.of, event) && condition.of.kind !== 'reply'),
    )
  );
}
