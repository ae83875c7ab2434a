import type { ReplyLine, WantedExpectation } from '../mismatch.ts';
import type { Expectation } from '../plan.ts';
import { isPositive, repliesLike } from '../protocol/protocols.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Step } from '../steps.ts';
import { isFatalAlert } from '../transport/stream-errors.ts';
import { TransportError } from '../transport/transport.ts';
import { noteEnd } from './awaited-end.ts';
import { firstLine } from './conditions/subject.ts';
import { type Context, scopeFor } from './context.ts';
import { defenseIn } from './defenses.ts';
import { closedFailure, stillOpen } from './ends.ts';
import { captureFrom, evaluate } from './expectation.ts';
import { StepFailure } from './failure.ts';
import { noteFindings } from './findings.ts';
import { observeFirst } from './first-reply.ts';
import { drainEnd } from './fragment.ts';
import { failureFrom, octetsOf } from './problems.ts';
import { onlyCodes, type Wait, waitFor } from './reply-wait.ts';
import { type Observation, observe, type Session, transferTime } from './session.ts';
import { noteSlowLogin } from './slow-login.ts';
import type { Seen } from './witness.ts';

/**
 * Reads what one `expect` reads, compares it with the expectation, and keeps the step's captures. Resolves to the
 * reply, if there was one. Rejects with a `StepFailure`.
 */
export function awaitReply(
  context: Context,
  session: Session,
  step: Step,
  expectation: Expectation,
): Promise<Reply | undefined> {
  return observeFor(context, session, step, expectation, replyOf);
}

function replyOf(
  context: Context,
  session: Session,
  step: Step,
  observation: Observation,
  expectation: Expectation,
): Reply | undefined {
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
    // A mismatch comes first; the violations are shown as well.
    noteFindings(context, session, step, reply.findings, expectation);
  }
  return reply;
}

/** Compares a reply that has been read with the step's expectation; without one, the reply must be positive. */
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

/** Reads a reply without an expectation: one that the runner itself needs to go on. */
export function readReply(context: Context, session: Session, step: Step): Promise<Reply> {
  const anything: Expectation = { kind: 'reply', conditions: [], span: step.span };
  return observeFor(context, session, step, anything, anyReply);
}

function anyReply(context: Context, session: Session, step: Step, observation: Observation): Reply {
  if (observation.event !== 'reply') throw closedFailure(session, step, observation);
  noteFindings(context, session, step, observation.reply.findings, step.expect);
  return observation.reply;
}

type Reading<Made> = (
  context: Context,
  session: Session,
  step: Step,
  observation: Observation,
  expectation: Expectation,
) => Made;

/**
 * Returns what `read` makes of the observation. Calling `read` here saves a promise, which matters because nearly every
 * step passes through here.
 */
async function observeFor<Made>(
  context: Context,
  session: Session,
  step: Step,
  expectation: Expectation,
  read: Reading<Made>,
): Promise<Made> {
  const wait = waitFor(context, session, step, expectation);
  if (session.counterpart !== undefined) await session.counterpart.answer(session, step, expectation);
  let observation: Observation;
  try {
    const { want, until, quietUntil, patient, shows } = wait;
    const seen = shows
      ? observeFirst(context, session, step, wait)
      : observe(session, want, until, quietUntil, context.world.clock, patient);
    observation = observed(context, session, step, wait, await seen);
  } catch (error) {
    observation = unobserved(error, context, session, step, wait);
  }
  return read(context, session, step, observation, expectation);
}

function observed(
  context: Context,
  session: Session,
  step: Step,
  { isFirst, isSecond }: Wait,
  observation: Observation,
): Observation {
  if (observation.event !== 'reply') return observation;
  const { traffic } = context.world;
  if (isFirst) traffic.accepted(session.target, isPositive(observation.reply) ? session : undefined);
  else traffic.replied(session);
  session.securedAnew = false;
  if (isFirst) context.world.breaker.reached(session.target, session.url.implicitTls ? 'tls' : 'answer');
  else if (isSecond) context.world.breaker.reached(session.target, 'command');
  note(session, observation.reply);
  if (session.loggingIn) {
    noteSlowLogin(context, session, step.span, observation);
    if (isPositive(observation.reply)) traffic.loggedIn(session);
  }
  return observation;
}

/**
 * Turns the error that prevented an observation into the step's failure, or into the end that was expected in another
 * form.
 */
function unobserved(error: unknown, context: Context, session: Session, step: Step, wait: Wait): Observation {
  const { expectation, hint, patient } = wait;
  const limit = wait.limit + (patient ? transferTime(session.parser.pending) : 0);
  noteFindings(context, session, { span: step.span }, session.parser.findings());
  // In TLS 1.3 a client certificate is refused after the handshake (RFC 8446 section 4.4.2.4).
  if (expectation.kind === 'closed' && isFatalAlert(error)) {
    const elapsed = context.world.clock() - session.transport.lastSent;
    return { event: 'closed', ...drainEnd(session.parser), elapsed };
  }
  const failure =
    brokenSilence(error, session, expectation) ??
    stillOpen(error, session, expectation, limit) ??
    failureFrom(error, step, session, limit, hint);
  if (failure !== undefined && failure.code !== 'input.value') session.abandoned = failure.headline;
  throw failure ?? error;
}

/** The beginning of a reply broke the silence, but its end did not arrive in time. */
function brokenSilence(error: unknown, session: Session, expectation: Expectation): StepFailure | undefined {
  if (expectation.kind !== 'nothing' || !(error instanceof TransportError) || error.kind !== 'timeout')
    return undefined;
  return unexpected('fragment', expectation, session.parser.drain());
}

/** The failure for octets that arrived although silence or the end of the connection was expected. */
function unexpected(
  came: 'reply' | 'fragment',
  expectation: Expectation,
  octets: Buffer,
  reply?: ReplyLine,
): StepFailure {
  // A server that limits clients may say so at any time, as Postfix does of new TLS sessions after the handshake.
  const isLimit = reply !== undefined && defenseIn(reply, false) === 'limit';
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
      ...(isLimit && { reply }),
    },
  );
}

function note(session: Session, reply: Reply): void {
  session.continuing = session.protocol.replies.asksForMore(reply) ?? session.continuing;
}

/** Throws a `StepFailure` unless the observation meets the expectation. */
function judge(
  context: Context,
  session: Session,
  step: Step,
  expectation: Expectation,
  observation: Observation,
): void {
  const answered = session.lastAction;
  const seen = context.world.witness && seenIn(observation, session);
  if (seen !== undefined) context.world.witness?.(context.scenario, step, seen);
  if (observation.event !== 'reply') {
    if (!holdsForEvent(expectation, observation)) throw closedFailure(session, step, observation);
    if (observation.event === 'closed') {
      // Untagged responses sent before the end are not replies.
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
    } else session.owed = 0; // The scenario waited for silence.
    return;
  }
  const { reply } = observation;
  if (expectation.kind !== 'reply') throw unexpected('reply', expectation, reply.raw, firstLine(reply));
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

function isPlainly(expectation: Expectation, reply: Reply): boolean {
  const codes = onlyCodes(expectation);
  return codes?.length === 1 && 'code' in reply && codes[0] === String(reply.code);
}

/**
 * The observation as witnesses see it. Octets before the end of a connection are neither a reply nor an end, unless they
 * are untagged responses.
 */
function seenIn(observation: Observation, { protocol }: Session): Seen | undefined {
  if (observation.event === 'closed' && observation.rest.length > 0 && !protocol.replies.untagged) return undefined;
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
