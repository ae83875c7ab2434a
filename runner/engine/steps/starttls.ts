import { compilePattern } from '../../matchers/pattern.ts';
import type { Fails, ProtocolName, Step } from '../../plan.ts';
import type { Reply, Sent } from '../../protocol/reply.ts';
import { TransportError } from '../../transport/transport.ts';
import { awaitReply, isPositive, judgeReply, readReply } from '../await-reply.ts';
import { type Context, fillPatternText, fillText, limited, sessionFor } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { handshakeOptions } from '../handshake-options.ts';
import { octets } from '../problems.ts';
import { hasUnread, nextTag, type Session, transmit } from '../session.ts';
import { refuseUnread } from '../unread.ts';

type Handshake = Extract<Step, { kind: 'starttls' | 'handshake' }>;

/** RFC 3207 section 4, RFC 9051 section 6.2.1, RFC 2595 section 4, RFC 5804 section 2.2. */
const commands: Readonly<Record<ProtocolName, string>> = {
  smtp: 'STARTTLS',
  lmtp: 'STARTTLS',
  imap: 'STARTTLS',
  pop3: 'STLS',
  sieve: 'STARTTLS',
  line: 'STARTTLS',
};

/** `starttls`: the command, its reply, and after a positive one the handshake. */
export async function starttls(step: Extract<Step, { kind: 'starttls' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  if (hasUnread(session)) refuseUnread(session, step.span);
  const verb = commands[session.protocol];
  const tag = session.protocol === 'imap' ? nextTag(session) : undefined;
  const bytes = Buffer.from(tag === undefined ? `${verb}\r\n` : `${tag} ${verb}\r\n`);
  const sent: Sent = { bytes, as: 'command', ...(tag !== undefined && { tag }) };
  session.lastAction = `"${verb}"`;
  await transmit(session, bytes, [sent], 1, context.world.clock() + (step.timeout ?? session.target.options.timeout));
  const reply = await replyTo(step, context, session);
  if (reply !== undefined && isPositive(reply)) await shakeHands(step, context, session);
}

async function replyTo(step: Handshake, context: Context, session: Session): Promise<Reply | undefined> {
  if (step.expect !== undefined) return awaitReply(context, session, step, step.expect);
  const reply = await readReply(context, session, step);
  judgeReply(context, session, step, reply);
  return reply;
}

/** `handshake`: the TLS handshake alone, for a command sent by hand. */
export async function handshake(step: Extract<Step, { kind: 'handshake' }>, context: Context): Promise<void> {
  await shakeHands(step, context, await sessionFor(context, step));
}

async function shakeHands(step: Handshake, context: Context, session: Session): Promise<void> {
  refuseLeftPlaintext(session, step);
  const { fails } = step;
  const options = await handshakeOptions(session.target, step.tls, session.url, (text) =>
    fillText(context, text, step.on),
  );
  const deadline = context.world.clock() + limited(context, step.timeout ?? session.target.options.timeout);
  try {
    await session.transport.handshake(options, deadline);
  } catch (error) {
    if (!(error instanceof TransportError) || error.kind === 'aborted') throw error;
    session.abandoned = `its TLS handshake failed: ${error.message}`;
    if (fails === false) throw failedHandshake(error);
    holdAgainst(fails, error, context, step);
    // It ended as the scenario says: the next step opens a new one.
    session.finished = true;
    return;
  }
  if (fails !== false) {
    throw new StepFailure('tls.unexpected', 'the TLS handshake succeeded where it should fail', { span: step.span });
  }
  if (session.protocol === 'sieve') {
    session.owed++; // RFC 5804 section 2.2: the server sends its capabilities again.
    session.lastAction = 'the capabilities after TLS';
  }
}

/** However it ended: no answer and a closed connection are failing handshakes, too. */
function failedHandshake(error: TransportError): Error {
  if (error.kind !== 'timeout' && error.kind !== 'closed') return error;
  return new StepFailure('tls.handshake', `the TLS handshake failed: ${error.message}`);
}

function holdAgainst(fails: Exclude<Fails, false>, error: TransportError, context: Context, step: Handshake): void {
  if (fails === true) return;
  const source = fillPatternText(context, fails, step.on);
  if (compilePattern(source, fails.flags).test(error.message)) return;
  throw new StepFailure('tls.handshake', 'the TLS handshake failed with another error than expected', {
    span: fails.span,
    mismatches: [{ path: 'fails', expected: `an error that matches /${source}/${fails.flags}`, actual: error.message }],
  });
}

/** Plaintext behind the reply would be taken for the server's word inside TLS: response injection (CVE-2011-0411's twin). */
function refuseLeftPlaintext(session: Session, step: Handshake): void {
  const arrived = session.transport.available();
  if (arrived.length > 0) session.parser.push(arrived);
  if (session.parser.pending === 0) return;
  throw new StepFailure('tls.plaintext', 'plaintext was left over when TLS began (response injection)', {
    span: step.span,
    mismatches: [
      { path: '', expected: 'nothing between the reply and the handshake', actual: octets(session.parser.drain()) },
    ],
    hint: 'Someone between you and the server could put words into its mouth; the server must not send anything here',
  });
}
