import { type CheckContext, CheckError, type Seen } from '../../checks/check.ts';
import type { CheckStepContext } from '../../checks/step.ts';
import type { TlsPeer } from '../../checks/tls-peer.ts';
import { defined } from '../../defined.ts';
import { inWords } from '../../duration.ts';
import { startText } from '../../excerpt.ts';
import type { Headline, Looked } from '../../headline.ts';
import { compilePattern } from '../../matchers/pattern.ts';
import { messageOf } from '../../phrase.ts';
import type { Expectation, Target } from '../../plan.ts';
import { parseServerUrl } from '../../protocol/server-url.ts';
import type { ProblemCode } from '../../result.ts';
import type { TlsOptions } from '../../server-options.ts';
import type { Span } from '../../source.ts';
import type { CheckStep } from '../../steps.ts';
import { withSockets } from '../address.ts';
import { type Context, fillPatternText, labelOf, limited, scopeFor, sessionFor, tlsSources } from '../context.ts';
import { defenseIn } from '../defenses.ts';
import { captureFrom, evaluateFields } from '../expectation.ts';
import { StepFailure } from '../failure.ts';
import { handshakeOptions, readTlsOptions, type TlsSources } from '../handshake-options.ts';
import { noteCertificate } from '../observed.ts';
import { type Outage, outage } from '../outage.ts';
import { asksForTls, looksAt, offersUsual, type Stage } from '../service-needs.ts';
import { fieldsOf } from './expected-fields.ts';
import { wantsOf } from './wants.ts';

/**
 * Runs a check as a step: notes what it found, compares it with the step's expectation, keeps its captures. `usual`:
 * what must be met if the step expects nothing.
 */
export function check<Step extends CheckStep>(
  look: (step: Step, context: CheckStepContext) => Promise<Seen>,
  usual?: (span: Span) => Expectation,
): (step: Step, context: Context) => Promise<void> {
  return async (step, context) => {
    const target = serverOf(step);
    if (target !== undefined) await turnsFor(step, target, context);
    const seen = await awaited(
      step,
      context,
      noted(step, context, () => look(step, contextFor(step, context))),
    );
    if (target !== undefined && seen.wordless !== true) {
      context.world.breaker.reached(target, asksForTls(target) ? 'handshake' : 'answer');
      context.world.traffic.accepted(target);
    }
    for (const line of seen.transcript) context.transcript.note(step.on, line);
    if (target !== undefined) noteCertificate(context, target.label, seen.expires);
    if (target !== undefined) refuseLimit(step, seen, target, context);
    context.world.witness?.(context.scenario, step, { kind: 'check', evidence: seen.evidence });
    judge(step, seen, step.expect ?? usual?.(step.span), context);
  };
}

/**
 * A server at its limit refuses every handshake, which says nothing about this one: fails if it says so. If it only
 * ended the connections, the scenario goes on, and runs again if fewer connections may help.
 */
function refuseLimit({ span }: CheckStep, { reply, wordless }: Seen, target: Target, context: Context): void {
  if (context.scenario.provokes.includes('rate-limit')) return;
  if (reply !== undefined && defenseIn(reply, false) === 'limit') {
    const said = `${reply.status} ${startText(reply.text)}`;
    const when = wordless === true ? 'in plain text before TLS' : 'right after the TLS handshake';
    throw new StepFailure('tls.handshake', `the server refuses connections, ${when}: "${said}"`, {
      span,
      reply,
    });
  }
  if (wordless === true && context.world.traffic.mayLimit(target)) context.doubted ??= target;
}

function judge(step: CheckStep, seen: Seen, expectation: Expectation | undefined, context: Context): void {
  const scope = scopeFor(context, step.on);
  const looked: Looked = { kind: 'check', label: labelOf(context, step) };
  const { mismatches } = evaluateFields(
    expectation?.kind === 'reply' ? expectation.conditions : [],
    seen.evidence,
    scope,
  );
  if (mismatches.length > 0) {
    const fault = mismatches.map(({ path }) => seen.faultIn?.(path)).find((each) => each !== undefined);
    throw new StepFailure(
      'check.mismatch',
      fault?.kind === 'certificate' ? { kind: 'certificate', fault } : { kind: 'mismatch', of: looked },
      {
        span: expectation?.span ?? step.span,
        mismatches,
        fault,
        outage: closing(step, context),
        reply: seen.wordless ? seen.reply : undefined,
        wordless: seen.wordless,
      },
    );
  }
  const missing = captureFrom(step.captures, seen.text, scope);
  if (missing.length > 0) {
    throw new StepFailure(
      'capture.missing',
      { kind: 'nothing to capture', of: looked },
      { place: missing[0]?.place, span: step.span, mismatches: missing },
    );
  }
}

/** A port may be closed only because the server is at its limit: the scenario runs again. */
function closing(step: CheckStep, { scenario, world }: Context): Outage | undefined {
  const target = scenario.connections.get(step.on);
  if (!looksAt(step, target) || world.traffic.refuses(target) === undefined) return undefined;
  const why: Headline = { kind: 'message', message: 'connection refused' };
  const found = outage(target, 'connect', 'connect.failed', why, { fault: { kind: 'unreachable', how: 'refused' } });
  return { ...found, isLook: true };
}

async function noted(step: CheckStep, context: Context, look: () => Promise<Seen>): Promise<Seen> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    for (const line of error.transcript) context.transcript.note(step.on, line);
    const message = error.late ? `${error.message} (${inWords(step.limit)})` : error.message;
    context.transcript.note(step.on, error.message);
    const lost = outageIn(error, step);
    // The server answered everything before the handshake.
    if (lost?.stage === 'handshake') context.world.breaker.reached(lost.target, 'command');
    throw new StepFailure(error.code, message, {
      span: step.expect?.span ?? step.span,
      mismatches: error.mismatches,
      fault: error.fault,
      reply: error.reply,
      ...(error.hint !== undefined && { hint: error.hint }),
      outage: lost,
      wordless: error.wordless,
    });
  }
}

/** One turn for each connection that it makes: only a second connection shows whether a session is resumed. */
async function turnsFor(
  { kind, expect }: CheckStep,
  target: Target,
  { world, signal, extend }: Context,
): Promise<void> {
  await world.traffic.turn(target, signal, extend);
  const isTwice = kind === 'tls' && fieldsOf(expect).some(({ name }) => name === 'resumption');
  if (isTwice) await world.traffic.turn(target, signal, extend);
}

/** The server that the step connects to itself. */
function serverOf(step: CheckStep): Target | undefined {
  return (step.kind === 'tls' || step.kind === 'certificate') && step.of !== 'connection' ? step.of : undefined;
}

/** Any other error concerns only this check's TLS. */
function outageIn({ code, message, late, fault }: CheckError, step: CheckStep): Outage | undefined {
  const target = serverOf(step);
  const isUnreached = code === 'connect.failed' || code === 'connect.timeout' || code === 'connect.name';
  if (target === undefined || !(isUnreached || late)) return undefined;
  const { connectTimeout, timeout } = target.options;
  const isSilent = isUnreached ? code === 'connect.timeout' && step.limit >= connectTimeout : step.limit >= timeout;
  const why: Headline = { kind: 'message', message };
  const stage = isUnreached ? 'connect' : asksForTls(target) ? lateIn(code) : 'answer';
  // A server may leave what the options offer without an answer, and nothing else.
  if (stage === 'handshake' && !(isSilent && isUsual(step))) return undefined;
  return outage(target, stage, code, why, { ...(isSilent && { how: 'silent' }), fault });
}

function isUsual(step: CheckStep): boolean {
  return 'tls' in step && offersUsual(step.tls);
}

/** Awaits what a check finds, which may show whether the server answers. */
function awaited(step: CheckStep, { scenario, world }: Context, seen: Promise<Seen>): Promise<Seen> {
  const target = serverOf(step);
  if (target === undefined || !isUsual(step) || step.limit < target.options.timeout) return seen;
  return world.breaker.during(scenario, target, asksForTls(target) ? 'handshake' : 'answer', seen);
}

/** The stage at which a server with STARTTLS was silent. */
function lateIn(code: ProblemCode): Stage {
  return code === 'tls.handshake' ? 'handshake' : 'command';
}

function contextFor(step: CheckStep, context: Context): CheckStepContext {
  const { clock, wall } = context.world;
  const { extend, signal } = context;
  const limits: CheckContext = {
    clock,
    wall,
    deadline: clock() + limited(context, step.limit),
    signal,
  };
  const sources = tlsSources(context, step.on);
  return {
    ...limits,
    fill: sources.fill,
    tlsOptions: (options) => readTlsOptions(options, undefined, sources),
    peer: (target, options) => peerOf(target, options, tlsSources(context, '')),
    mayLimit: (target) => context.world.traffic.mayLimit(target),
    another: async (target) => {
      const start = clock();
      await context.world.traffic.turn(target, signal, extend, 'further');
      return clock() - start;
    },
    connectionTls: async () => (await sessionFor(context, step)).transport.facts.tls,
    marks: context.marks,
    received: (label) => context.claims.of(label),
    meets: (pattern, text) => compilePattern(fillPatternText(context, pattern, step.on), pattern.flags).test(text),
    wants: wantsOf(step, context),
  };
}

async function peerOf(target: Target, overrides: TlsOptions, sources: TlsSources): Promise<TlsPeer> {
  const text = sources.fill(target.url);
  let url: ReturnType<typeof parseServerUrl>;
  try {
    url = parseServerUrl(text);
  } catch (error) {
    throw new CheckError('input.value', `Cannot connect to "${text}": ${messageOf(error)}`);
  }
  const { address, protocol, implicitTls } = url;
  if (address.to === 'command')
    throw new CheckError('input.value', 'A program has no certificate to look at from outside');
  const { family, localAddress, proxyProtocol } = target.options;
  return {
    address: address.to === 'unix' ? withSockets(address, target.options) : address,
    protocol,
    implicitTls,
    tls: await handshakeOptions(target, overrides, url, sources),
    ...defined({ family, localAddress, proxyProtocol }),
  };
}
