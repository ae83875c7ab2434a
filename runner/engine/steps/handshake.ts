import { heedLateRefusal } from '../../checks/tls-peer.ts';
import { compilePattern } from '../../matchers/pattern.ts';
import type { Fails, Step } from '../../steps.ts';
import { earlyRecord, farewellIn, isTlsRecord } from '../../transport/early-record.ts';
import { TransportError } from '../../transport/transport.ts';
import { type Context, fillPatternText, limited, sessionFor, tlsOptions } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { octetsOf } from '../problems.ts';
import { isPlainHandshake, isUsualHandshake } from '../service-needs.ts';
import type { Session } from '../session.ts';

type Handshake = Extract<Step, { kind: 'starttls' | 'handshake' }>;

/** `handshake`: only the TLS handshake, for a command that the scenario sends itself. */
export async function handshake(step: Extract<Step, { kind: 'handshake' }>, context: Context): Promise<void> {
  await shakeHands(step, context, await sessionFor(context, step));
}

/** Also used by `starttls` after its command. */
export async function shakeHands(step: Handshake, context: Context, session: Session): Promise<void> {
  const early = leftovers(session);
  const ended = isTlsRecord(early) ? earlyRecord() : farewellIn(early);
  if (early.length > 0 && ended === undefined) refusePlaintext(early, step);
  const { fails } = step;
  const options = await tlsOptions(context, step.on, session.target, step.tls, session.url);
  const { breaker, clock } = context.world;
  const { target, transport } = session;
  const limit = limited(context, step.timeout ?? target.options.timeout);
  const deadline = clock() + limit;
  try {
    if (ended !== undefined) throw ended;
    const shaken = transport.handshake(options, deadline);
    const shows = isUsualHandshake(step) && limit >= target.options.timeout;
    const { protocol: version } = await (shows
      ? breaker.during(context.scenario, target, 'handshake', shaken)
      : shaken);
    if (fails !== false && version === 'TLSv1.3')
      await heedLateRefusal(
        transport,
        { protocol: session.protocol, implicitTls: false },
        { ...context.world, deadline },
      );
  } catch (error) {
    if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
    if (error.kind !== 'timeout') breaker.reached(target, 'handshake');
    session.abandoned = { kind: 'message', message: `its TLS handshake failed: ${error.message}` };
    if (fails === false) throw error;
    holdAgainst(fails, error, context, step);
    // It ended as the scenario says, so the next step opens a new connection.
    session.finished = true;
    return;
  }
  session.parser.secured();
  if (fails !== false) {
    throw new StepFailure('tls.unexpected', 'the TLS handshake succeeded where it should fail', { span: step.span });
  }
  // RFC 3207 section 4.2 and others: knowledge from before TLS is discarded.
  session.offers = undefined;
  session.securedAnew = true;
  breaker.reached(target, isPlainHandshake(step) ? 'starttls' : 'handshake');
  if (session.protocol.starttls?.advertisesAgain) {
    session.owed++;
    session.lastAction = { kind: 'capabilities' };
  } else session.lastAction = { kind: 'handshake' };
}

function holdAgainst(fails: Exclude<Fails, false>, error: TransportError, context: Context, step: Handshake): void {
  if (fails === true) return;
  const source = fillPatternText(context, fails, step.on);
  if (compilePattern(source, fails.flags).test(error.message)) return;
  throw new StepFailure('tls.handshake', 'the TLS handshake failed with another error than expected', {
    span: fails.span,
    mismatches: [
      {
        path: 'fails',
        expected: { kind: 'error', pattern: { source, flags: fails.flags } },
        actual: { kind: 'error', message: error.message },
      },
    ],
  });
}

/** The octets between the reply and the handshake. */
function leftovers(session: Session): Buffer {
  const arrived = session.transport.available();
  if (arrived.length > 0) session.parser.push(arrived);
  return session.parser.drain();
}

/**
 * Plaintext after the reply would be read as if sent over TLS: response injection, the counterpart of CVE-2011-0411.
 */
function refusePlaintext(early: Buffer, step: Handshake): never {
  throw new StepFailure('tls.plaintext', 'plaintext was left over when TLS began (response injection)', {
    span: step.span,
    mismatches: [{ path: '', expected: { kind: 'no plaintext' }, actual: octetsOf(early) }],
    hint: 'An attacker on the network could inject replies here; the server must send nothing before the handshake',
  });
}
