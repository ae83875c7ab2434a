import { createHash } from 'node:crypto';
import { astringPart } from '../../protocol/imap.ts';
import { apopTimestamp } from '../../protocol/pop3.ts';
import type { SaslProfile } from '../../protocol/protocol.ts';
import { isPositive } from '../../protocol/protocols.ts';
import type { Sent } from '../../protocol/reply.ts';
import {
  createSaslClient,
  decodeChallenge,
  encodeInitialResponse,
  encodeResponse,
  type SaslClient,
  type SaslContext,
} from '../../protocol/sasl.ts';
import type { CommandPart, Credentials, Step } from '../../steps.ts';
import { awaitReply, judgeReply, readReply } from '../await-reply.ts';
import { type Context, fillText, sessionFor } from '../context.ts';
import { StepFailure } from '../failure.ts';
import { commandLine, hasUnread, type Session, transmit } from '../session.ts';
import { refuseUnread } from '../unread.ts';
import { sendParts } from './send.ts';

type Authenticate = Extract<Step, { kind: 'authenticate' }>;

/** `authenticate`: the whole exchange. The step's expectation sees the final reply; without one it must be positive. */
export async function authenticate(step: Authenticate, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  if (hasUnread(session)) refuseUnread(session, step.span);
  const exchange = new Map(Object.entries(plainLogins)).get(step.credentials.mechanism) ?? sasl;
  await exchange(step, context, session);
}

type Login = (step: Authenticate, context: Context, session: Session) => Promise<void>;

/** The logins that are no SASL. */
const plainLogins: Readonly<Record<string, Login>> = { 'user-pass': userPass, apop, 'login-command': loginCommand };

// --- SASL ---

async function sasl(step: Authenticate, context: Context, session: Session): Promise<void> {
  const profile = profileOf(session);
  const { mechanism, initialResponse } = step.credentials;
  const credentials = filledCredentials(step, context);
  const client = createSaslClient(
    mechanism,
    {
      ...credentials,
      service: profile.service,
      ...(session.url.address.to === 'network' && { host: session.url.address.host, port: session.url.address.port }),
    },
    saslContext(session, mechanism),
  );
  const conceal = concealer(context, credentials.password ?? credentials.token);
  const first = client.clientFirst && initialResponse ? respond(client, undefined, conceal) : undefined;
  const line = profile.command(client.mechanism, first === undefined ? undefined : encodeInitialResponse(first));
  await command(context, session, step, profile.command(client.mechanism, undefined), line);
  for (;;) {
    const reply = await readReply(context, session, step);
    const challenge = profile.challenge(reply);
    if (challenge === undefined) {
      session.continuing = false;
      if (isPositive(reply)) client.finish(profile.additionalData?.(reply));
      return judgeReply(context, session, step, reply);
    }
    const response = respond(client, decodeChallenge(challenge), conceal);
    session.lastAction = { kind: 'challenge', mechanism: client.mechanism };
    await sendLine(context, session, step, profile.response(encodeResponse(response)), 'sasl');
  }
}

function respond(client: SaslClient, challenge: Buffer | undefined, conceal: (secret: Buffer) => void): Buffer {
  const response = client.respond(challenge);
  for (const secret of client.secrets) conceal(secret);
  return response;
}

function profileOf({ protocol }: Session): SaslProfile {
  if (protocol.sasl === undefined) throw new StepFailure('runner.error', `${protocol.title} has no SASL`);
  return protocol.sasl;
}

function saslContext(session: Session, mechanism: string): SaslContext {
  const { tls } = session.transport.facts;
  if (tls === undefined || !mechanism.endsWith('-PLUS')) return {};
  // RFC 9266 section 3 for TLS 1.3; before it the certificate's hash is what servers know (RFC 5929 section 4).
  return {
    channelBinding:
      tls.protocol === 'TLSv1.3'
        ? { type: 'tls-exporter', data: tls.exporter() }
        : { type: 'tls-server-end-point', data: tls.endPoint() },
  };
}

// --- USER/PASS, APOP, LOGIN ---

/** RFC 1939 section 7. */
async function userPass(step: Authenticate, context: Context, session: Session): Promise<void> {
  const { user = '', password = '' } = filledCredentials(step, context);
  await command(context, session, step, `USER ${user}`);
  const reply = await readReply(context, session, step);
  if (!isPositive(reply)) return judgeReply(context, session, step, reply);
  await command(context, session, step, 'PASS', `PASS ${password}`);
  await finalReply(context, session, step);
}

/** RFC 1939 section 7: MD5 of the greeting's timestamp and the password. */
async function apop(step: Authenticate, context: Context, session: Session): Promise<void> {
  const { user = '', password = '' } = filledCredentials(step, context);
  const timestamp = session.greeting?.protocol === 'pop3' ? apopTimestamp(session.greeting) : undefined;
  if (timestamp === undefined) {
    throw new StepFailure('auth.failed', 'Cannot use APOP: the greeting has no timestamp', {
      span: step.span,
      hint: 'The server does not offer APOP; the greeting must be read by a step before this one',
    });
  }
  const digest = createHash('md5').update(timestamp).update(password).digest('hex');
  concealer(context, password)(Buffer.from(digest));
  await command(context, session, step, `APOP ${user}`, `APOP ${user} ${digest}`);
  await finalReply(context, session, step);
}

/** RFC 9051 section 6.2.3. */
async function loginCommand(step: Authenticate, context: Context, session: Session): Promise<void> {
  const { user = '', password = '' } = filledCredentials(step, context);
  session.lastAction = { kind: 'command', label: `LOGIN ${user}`, line: `LOGIN ${user} ${password}` };
  const parts: CommandPart[] = [{ text: 'LOGIN ' }, imapArgument(user), { text: ' ' }, imapArgument(password)];
  if (await sendParts(context, session, step, parts)) await finalReply(context, session, step);
}

/** An atom or a quoted string; a literal for what neither can hold (RFC 9051 section 4.3). */
function imapArgument(text: string): CommandPart {
  const part = astringPart(text);
  return part.form === 'text' ? { text: part.text } : { literal: text, plus: false };
}

// --- Shared ---

async function finalReply(context: Context, session: Session, step: Authenticate): Promise<void> {
  if (step.expect !== undefined) return void (await awaitReply(context, session, step, step.expect));
  judgeReply(context, session, step, await readReply(context, session, step));
}

/** @param label what messages call it: without what is secret */
function command(context: Context, session: Session, step: Authenticate, label: string, line = label): Promise<void> {
  session.lastAction = { kind: 'command', label, line };
  return sendLine(context, session, step, line, 'command');
}

async function sendLine(
  context: Context,
  session: Session,
  step: Authenticate,
  text: string,
  as: Sent['as'],
): Promise<void> {
  const sent: Sent = as === 'command' ? commandLine(session, text) : { bytes: Buffer.from(`${text}\r\n`), as };
  await transmit(
    session,
    sent.bytes,
    [sent],
    1,
    context.world.clock() + (step.timeout ?? session.target.options.timeout),
  );
}

type Filled = { readonly [K in 'user' | 'password' | 'authzid' | 'token']?: string };

function filledCredentials(step: Authenticate, context: Context): Filled {
  const { credentials } = step;
  const filled: { -readonly [K in keyof Filled]: Filled[K] } = {};
  for (const key of ['user', 'password', 'authzid', 'token'] as const satisfies readonly (keyof Credentials)[]) {
    const text = credentials[key];
    if (text === undefined) continue;
    const value = fillText(context, text, step.on);
    if (/[\r\n]/.test(value) && credentials.mechanism in plainLogins) {
      throw new StepFailure('input.value', `Cannot send the ${key}: it holds a line break`, { span: step.span });
    }
    filled[key] = value;
  }
  return filled;
}

/** What was made from a declared secret is shown under its name; other passwords stand in the file anyway. */
function concealer(context: Context, secret: string | undefined): (form: Buffer) => void {
  const shown = secret === undefined ? undefined : context.redactor.find(secret)[0]?.shown;
  return shown === undefined ? () => {} : (form) => context.redactor.add(shown.slice(1, -1), form);
}
