import { type LoginName, logins } from '../../protocol/logins.ts';
import type { SaslProfile } from '../../protocol/protocol.ts';
import { isPositive } from '../../protocol/protocols.ts';
import type { Sent } from '../../protocol/reply.ts';
import {
  createSaslClient,
  credentialKeys,
  decodeChallenge,
  encodeInitialResponse,
  encodeResponse,
  type GivenCredentials,
  isLogin,
  type SaslClient,
  type SaslContext,
  type SaslMechanism,
} from '../../protocol/sasl.ts';
import type { Step } from '../../steps.ts';
import { awaitReply, judgeReply, readReply } from '../await-reply.ts';
import { type Context, fillText, sessionFor } from '../context.ts';
import { decodedResponse } from '../decoded-response.ts';
import { StepFailure } from '../failure.ts';
import { isOffered } from '../offers.ts';
import { commandLine, type Session, transmit, writeLimit } from '../session.ts';
import { requireRead } from '../unread.ts';
import { sendParts } from './send.ts';

type Authenticate = Extract<Step, { kind: 'authenticate' }>;

/**
 * `authenticate`: the whole exchange. The step's expectation applies to the final reply; without one, that reply must
 * be positive.
 */
export async function authenticate(step: Authenticate, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  requireRead(context, session, step);
  const { mechanism } = step.credentials;
  await (isLogin(mechanism) ? login(step, context, session, mechanism) : sasl(step, context, session, mechanism));
}

// --- SASL ---

async function sasl(step: Authenticate, context: Context, session: Session, mechanism: SaslMechanism): Promise<void> {
  const profile = profileOf(session);
  const { initialResponse } = step.credentials;
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
  // No RFC describes XOAUTH2, which always has an initial response.
  const isFirst = initialResponse ?? (mechanism === 'XOAUTH2' || mayBegin(profile, session));
  const first = client.clientFirst && isFirst ? respond(client, undefined, conceal) : undefined;
  const line = profile.command(client.mechanism, first === undefined ? undefined : encodeInitialResponse(first));
  session.lastAction = { kind: 'command', label: profile.command(client.mechanism, undefined) };
  await write(context, session, step, commandLine(session, line));
  noteDecoded(context, step, credentials, first);
  for (;;) {
    const reply = await readReply(context, session, step);
    const challenge = profile.challenge(reply);
    if (challenge === undefined) {
      session.continuing = false;
      if (isPositive(reply)) client.finish(profile.additionalData?.(reply));
      return judgeReply(context, session, step, reply);
    }
    const decoded = decodeChallenge(challenge);
    await client.prepare(decoded);
    const response = respond(client, decoded, conceal);
    session.lastAction = { kind: 'challenge', mechanism: client.mechanism };
    const bytes = Buffer.from(`${profile.response(encodeResponse(response))}\r\n`);
    await write(context, session, step, { bytes, as: 'sasl' });
    noteDecoded(context, step, credentials, response);
  }
}

function respond(client: SaslClient, challenge: Buffer | undefined, conceal: (secret: Buffer) => void): Buffer {
  const response = client.respond(challenge);
  for (const secret of client.secrets) conceal(secret);
  return response;
}

/**
 * Whether the client may send the first response with the command; if the protocol makes this depend on an extension,
 * by what was advertised.
 */
function mayBegin({ initialResponseWith }: SaslProfile, { offers = {} }: Session): boolean {
  return initialResponseWith?.some((capability) => isOffered(offers, capability)) ?? true;
}

function profileOf({ protocol }: Session): SaslProfile {
  if (protocol.sasl === undefined) throw new StepFailure('runner.error', `${protocol.title} has no SASL`);
  return protocol.sasl;
}

function saslContext(session: Session, mechanism: string): SaslContext {
  const { tls } = session.transport.facts;
  if (tls === undefined || !mechanism.endsWith('-PLUS')) return {};
  // RFC 9266 section 3 for TLS 1.3; for earlier versions servers support the certificate's hash (RFC 5929 section 4).
  return {
    channelBinding:
      tls.protocol === 'TLSv1.3'
        ? { type: 'tls-exporter', data: tls.exporter() }
        : { type: 'tls-server-end-point', data: tls.endPoint() },
  };
}

// --- The protocols' own logins ---

async function login(step: Authenticate, context: Context, session: Session, name: LoginName): Promise<void> {
  const credentials = filledCredentials(step, context);
  const commands = logins[name].commands(credentials, session.greeting);
  if ('problem' in commands) {
    throw new StepFailure('auth.failed', commands.problem, { span: step.span, hint: commands.hint });
  }
  const conceal = concealer(context, credentials.password);
  for (const [index, { label, parts, secrets = [] }] of commands.entries()) {
    secrets.forEach(conceal);
    session.lastAction = { kind: 'command', label };
    const whole = parts.map((part) => ('text' in part ? part : { ...part, plus: false }));
    if (!(await sendParts(context, session, step, whole))) return;
    if (index === commands.length - 1) return finalReply(context, session, step);
    const reply = await readReply(context, session, step);
    if (!isPositive(reply)) return judgeReply(context, session, step, reply);
  }
}

// --- Shared ---

async function finalReply(context: Context, session: Session, step: Authenticate): Promise<void> {
  if (step.expect !== undefined) return void (await awaitReply(context, session, step, step.expect));
  judgeReply(context, session, step, await readReply(context, session, step));
}

function write(context: Context, session: Session, step: Authenticate, sent: Sent): void | Promise<void> {
  const deadline = context.world.clock() + writeLimit(session, step);
  return transmit(session, sent.bytes, [sent], 1, deadline);
}

function filledCredentials(step: Authenticate, context: Context): GivenCredentials {
  const { credentials } = step;
  const filled: { -readonly [K in keyof GivenCredentials]: GivenCredentials[K] } = {};
  for (const key of credentialKeys) {
    const text = credentials[key];
    if (text === undefined) continue;
    const value = fillText(context, text, step.on);
    if (/[\r\n]/.test(value) && isLogin(credentials.mechanism)) {
      throw new StepFailure('input.value', `Cannot send the ${key}: it contains a line break`, { span: step.span });
    }
    filled[key] = value;
  }
  return filled;
}

/**
 * Notes the readable part of a response that is hidden as a whole: the user's name is not secret, and is often what is
 * wrong.
 */
function noteDecoded(
  context: Context,
  { on }: Authenticate,
  { password, token }: GivenCredentials,
  response: Buffer | undefined,
): void {
  const secret = password ?? token;
  const name = secret === undefined ? undefined : nameOf(context, secret);
  if (response === undefined || secret === undefined || name === undefined) return;
  const decoded = decodedResponse(response, { name, secret });
  if (decoded !== undefined) context.transcript.note(on, `decoded: ${decoded}`);
}

/** The name of a declared secret. */
function nameOf({ redactor }: Context, secret: string): string | undefined {
  return redactor.find(secret)[0]?.shown.slice(1, -1);
}

/** Values derived from a declared secret are shown under its name; other passwords are readable in the file anyway. */
function concealer(context: Context, secret: string | undefined): (form: Buffer) => void {
  const name = secret === undefined ? undefined : nameOf(context, secret);
  return name === undefined ? () => {} : (form) => context.redactor.add(name, form);
}
