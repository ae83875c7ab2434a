import { byIdentity } from '../by-identity.ts';
import type { Marks } from '../checks/marks.ts';
import { defined } from '../defined.ts';
import { type Conceal, FillError, fill, fillPattern } from '../matchers/fill.ts';
import type { Scope } from '../matchers/match.ts';
import type { Measurement, Way } from '../observed.ts';
import { messageOf } from '../phrase.ts';
import type { Pattern, Scenario, Target, Text } from '../plan.ts';
import type { Redactor } from '../printing/redact.ts';
import { parseServerUrl, type ServerUrl } from '../protocol/server-url.ts';
import type { Warning } from '../result.ts';
import type { TlsOptions } from '../server-options.ts';
import type { Span } from '../source.ts';
import type { Step } from '../steps.ts';
import { connect } from '../transport/connect.ts';
import { faultOf } from '../transport/fault.ts';
import { problemCodeOf } from '../transport/problem-code.ts';
import type { Transcript } from '../transport/transcript.ts';
import { type ConnectionFacts, type HandshakeOptions, type Transport, TransportError } from '../transport/transport.ts';
import { addressFor } from './address.ts';
import { awaitsEnd } from './awaited-end.ts';
import { expectsStaple } from './awaited-staple.ts';
import { type Deferred, SkipRest, StepFailure } from './failure.ts';
import type { Found } from './findings.ts';
import { asStep, handshakeOptions, type TlsSources } from './handshake-options.ts';
import { asksForOffers } from './offers.ts';
import { outageFrom } from './outage.ts';
import type { Claims } from './receivers.ts';
import { createSession, type Session } from './session.ts';
import type { World } from './world.ts';

/** The state of one attempt at a scenario. */
export interface Context {
  readonly world: World;
  readonly scenario: Scenario;
  /** `${scenario.id}`: unique in the run, and different in each attempt. */
  readonly scenarioId: string;
  /** Ends everything: the run was interrupted, or the scenario's time is up. */
  readonly signal: AbortSignal;
  /** Extends the scenario's time limit by this many milliseconds. */
  readonly extend: (ms: number) => void;
  readonly transcript: Transcript;
  readonly redactor: Redactor;
  /** By connection name. */
  readonly sessions: Map<string, Session>;
  /** This machine's ports, one for each connection, as servers may log them. Absent if no log is read. */
  readonly ports: number[] | undefined;
  readonly captures: Map<string, string>;
  /** The items of captures that are lists. */
  readonly lists: Map<string, readonly string[]>;
  /** The state of the logs and mailboxes that its steps watch, from when the scenario began. */
  readonly marks: Marks;
  /** What it receives from the server under test. */
  claims: Claims;
  readonly warnings: Warning[];
  /** Violations of a protocol's grammar. */
  readonly violations: Found[];
  /** Failures that count at the end of the scenario. */
  readonly unmet: Deferred[];
  /** Measurements, which have no effect on the outcome. */
  readonly measured: Measurement[];
  /** The last message that was sent and not yet found delivered: when, by the clock, and by which path. */
  sent: ({ readonly at: number } & Way) | undefined;
  /** The server that refused a check's handshakes as one at its limit of connections does. */
  doubted: Target | undefined;
  /** `${index}` of the innermost `repeat`. */
  index: number | undefined;
  /** When the enclosing `eventually` ends, by the clock. */
  until: number | undefined;
  /** The step that is running. */
  readonly current: Step | undefined;
  /** Waits; rejects if the scenario ends meanwhile. */
  pause(ms: number): Promise<void>;
  /** Runs steps in order, each with its `otherwise`. */
  runAll(steps: readonly Step[]): Promise<void>;
  /** Runs one step's action with its `otherwise`; failures get the step's place. */
  run(step: Step, action: () => Promise<unknown> | undefined): Promise<void>;
}

/** The time in milliseconds, limited to what an enclosing `eventually` leaves. */
export function limited(context: Context, ms: number): number {
  return context.until === undefined ? ms : Math.max(0, Math.min(ms, context.until - context.world.clock()));
}

/** Fills the holes of a text with captures and values that only the running scenario knows. */
export function fillText(context: Context, text: Text, on: string): string {
  return typeof text === 'string'
    ? text
    : filled(() => fill(text, (name) => lookup(context, name, on), concealIn(context)));
}

/** A step's label with variables filled in. A name without a value is left out. */
export function labelOf(context: Context, { said, label, on }: Step): string {
  if (said === undefined) return label;
  try {
    return fill(said, (name) => lookup(context, name, on) ?? '…', concealIn(context));
  } catch (error) {
    if (error instanceof FillError) return label;
    throw error;
  }
}

/** The same for a pattern, in which values match literally. */
export function fillPatternText(context: Context, pattern: Pattern, on: string): string {
  return typeof pattern.source === 'string'
    ? pattern.source
    : filled(() => fillPattern(pattern, (name) => lookup(context, name, on), concealIn(context)));
}

function concealIn({ redactor }: Context): Conceal {
  return (secrets, value) => {
    for (const secret of secrets) redactor.add(secret, value);
  };
}

function filled(make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (error instanceof FillError) throw new StepFailure('input.value', error.message);
    throw error;
  }
}

function lookup(context: Context, name: string, on: string): string | undefined {
  switch (name) {
    case 'scenario.id':
      return context.scenarioId;
    case 'now':
      return new Date(context.world.wall()).toUTCString().replace('GMT', '+0000'); // RFC 5322 section 3.3
    case 'index':
      return context.index === undefined ? undefined : String(context.index);
    case 'server.host':
      return urlOf(context, on).host;
    case 'server.port':
      return String(urlOf(context, on).port ?? '');
    default:
      return context.captures.get(name);
  }
}

function urlOf(context: Context, on: string): { readonly host: string; readonly port?: number | undefined } {
  const open = context.sessions.get(on);
  if (open !== undefined) return addressOf(open.url);
  const target = context.scenario.connections.get(on);
  if (target === undefined) return { host: '' };
  const url = typeof target.url === 'string' ? target.url : fill(target.url, (name) => context.captures.get(name));
  return addressOf(parseServerUrl(url));
}

function addressOf(url: ReturnType<typeof parseServerUrl>): { readonly host: string; readonly port?: number } {
  return url.address.to === 'network' ? { host: url.address.host, port: url.address.port } : { host: url.text };
}

/** What matchers need: filled texts, and a place for captures. */
export function scopeFor(context: Context, on: string): Scope {
  return {
    expand: (text) => fillText(context, text, on),
    capture: (name, value, items) => {
      context.captures.set(name, value);
      if (items === undefined) context.lists.delete(name);
      else context.lists.set(name, items);
    },
  };
}

/** The options for a connection's TLS handshake. */
export async function tlsOptions(
  context: Context,
  on: string,
  target: Target,
  overrides: TlsOptions,
  url: ServerUrl,
): Promise<HandshakeOptions> {
  const options = await asStep(handshakeOptions(target, overrides, url, tlsSources(context, on)));
  const { scenario } = context;
  return {
    ...options,
    ...((context.world.watchesEnds || awaitsEnd(scenario)) && { watchEnd: true }),
    ...(expectsStaple(scenario) && { staple: true }),
  };
}

/** What TLS options are made from: the run's files, and filled texts. */
export function tlsSources(context: Context, on: string): TlsSources {
  return { files: context.world.files, fill: (text) => fillText(context, text, on) };
}

/** The step's connection, which is opened at its first use. Throws if it cannot be used. */
export function sessionFor(context: Context, step: Step): Session | Promise<Session> {
  const open = context.sessions.get(step.on);
  if (open === undefined || open.finished) return openSession(context, step.on, step.span);
  if (open.abandoned !== undefined) {
    throw new StepFailure(
      'connection.closed',
      { kind: 'unusable connection', connection: step.on, why: open.abandoned },
      { span: step.span },
    );
  }
  return open;
}

export function named(connection: string): string {
  return connection === '' ? '' : ` "${connection}"`;
}

export async function openSession(context: Context, name: string, span: Span): Promise<Session> {
  const { clock } = context.world;
  const target = context.scenario.connections.get(name);
  if (target === undefined) {
    throw new StepFailure(
      'runner.error',
      `Cannot open a connection${named(name)}: the scenario names no server for it`,
      { span },
    );
  }
  const text = fillText(context, target.url, name);
  const url = urlFrom(target, text, span);
  const { options } = target;
  const { localAddress, family, proxyProtocol } = options;
  const observer = context.transcript.observer(name);
  // The earlier connection of this name is closed first, since servers count connections.
  const before = context.sessions.get(name);
  if (before !== undefined) {
    before.finished = true;
    await before.transport.close();
  }
  const turn = context.world.traffic.turn(target, context.signal, context.extend);
  if (turn !== undefined) await turn;
  try {
    const { breaker, counterparts } = context.world;
    const counterpart = counterparts && (await counterparts.open(context, name, url));
    const dial = async () =>
      connect({
        address: addressFor(url, options, (part) => fillText(context, part, name)),
        ...(url.implicitTls && { tls: await tlsOptions(context, name, target, {}, url) }),
        ...defined({ localAddress, family, proxyProtocol }),
        deadline: clock() + limited(context, options.connectTimeout),
        signal: context.signal,
        clock,
        observer,
      });
    const transport = counterpart?.transport ?? (await breaker.during(context.scenario, target, 'answer', dial()));
    const session = createSession(name, target, url, transport, asksForOffers(context.scenario), counterpart);
    context.sessions.set(name, session);
    notePort(context, transport);
    // With LOCAL, servers use the connection's own addresses.
    const isProxied = proxyProtocol !== undefined && proxyProtocol.command !== 'LOCAL';
    if (context.scenario.elsewhere && !isProxied) refuseOwnHost(transport.facts, target);
    return session;
  } catch (error) {
    throw failureToConnect(error, target, text, span) ?? error;
  }
}

/** Finding out the port takes a system call, and it is only needed to search a server's log. */
function notePort({ ports }: Context, { facts }: Transport): void {
  const local = ports && facts.local;
  if (local !== undefined) ports?.push(Number(local.slice(local.lastIndexOf(':') + 1)));
}

/** A client with the server's own address is trusted, so results from there mean nothing for other clients. */
function refuseOwnHost({ local, remote }: ConnectionFacts, { label }: Target): void {
  if (local === undefined || withoutPort(local) !== withoutPort(remote)) return;
  throw new SkipRest(
    `the server trusts this host, its own: run mailspec on another host, or give "${label}" an untrusted "local_address"`,
  );
}

function withoutPort(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

/** A URL without holes is parsed once for all cases. */
const fixedUrl = byIdentity(({ url }: Target) => (typeof url === 'string' ? parseServerUrl(url) : undefined));

function urlFrom(target: Target, text: string, span: Span): ServerUrl {
  try {
    return fixedUrl(target) ?? parseServerUrl(text);
  } catch (error) {
    throw new StepFailure('input.value', `Cannot connect to "${text}": ${messageOf(error)}`, { span });
  }
}

function failureToConnect(error: unknown, target: Target, url: string, span: Span): StepFailure | undefined {
  const code = error instanceof TransportError ? problemCodeOf(error) : undefined;
  if (!(error instanceof TransportError) || code === undefined) return undefined;
  // The transport's message contains the address that was tried.
  const server = target.label === url ? '' : `server "${target.label}": `;
  const unreached = code === 'connect.failed' || code === 'connect.timeout' || code === 'connect.name';
  const fault = faultOf(error);
  const headline = fault?.kind === 'certificate' ? { kind: fault.kind, fault } : `${server}${error.message}`;
  return new StepFailure(code, headline, {
    span,
    fault,
    ...(unreached && { hint: `Is the server running, and is ${url} the right address?` }),
    outage: outageFrom(error, code, target),
  });
}
