import { byIdentity } from '../by-identity.ts';
import { decodeText } from '../encoding.ts';
import type { Contact, Measurement } from '../observed.ts';
import type { Target } from '../plan.ts';
import type { Redactor } from '../printing/redact.ts';
import { recognize } from '../recognize.ts';
import type { Product } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import { visible } from '../visible.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

/** What an attempt observed of the servers besides its outcome. */
export interface Observed {
  readonly products: ScenarioResult['products'];
  readonly contacts: readonly Contact[];
  readonly measured: readonly Measurement[];
}

/** Call it before connections are closed. */
export function observedIn({ sessions, redactor, measured, world }: Context): Observed {
  const products: ScenarioResult['products'][number][] = [];
  const contacts: Contact[] = [];
  const all: Measurement[] = [...measured];
  for (const session of sessions.values()) {
    const greeting = greetingOf(session);
    const product = greeting?.product;
    if (product !== undefined) products.push({ server: session.target.label, product });
    contacts.push(contactOf(session, greeting?.line, redactor, ownAddresses(world)));
    if (session.transport.facts.tls !== undefined) all.push(...certificateOf(session));
  }
  return { products, contacts, measured: all };
}

interface Greeting {
  readonly line: string;
  readonly product: Product | undefined;
}

/** The last greeting of each server: most servers greet all connections alike. */
const greetings = new WeakMap<Target, Greeting & { readonly raw: Buffer }>();

function greetingOf({ target, greeting }: Session): Greeting | undefined {
  if (greeting === undefined) return undefined;
  const { raw } = greeting;
  const last = greetings.get(target);
  if (last?.raw.equals(raw)) return last;
  const read = { line: firstLine(raw), product: recognize(raw.toString('latin1', 0, longestSign)) };
  // A copy: `raw` is a part of all that arrived with it.
  if (raw.length <= longestKnown) greetings.set(target, { raw: Buffer.from(raw), ...read });
  return read;
}

/** The most octets of a greeting that is kept to recognize it again: some lines, and never megabytes. */
const longestKnown = 4096;

/** The most octets of a greeting that are searched: servers identify themselves early. */
const longestSign = 512;

/** The most characters of a greeting that are kept: names and versions come early. */
const longestGreeting = 200;

/** The server that a connection was made to, and its greeting. */
function contactOf(session: Session, line: string | undefined, redactor: Redactor, own: Map<string, string>): Contact {
  const { target, transport } = session;
  const local = ownAddress(session, own);
  return {
    server: target.label,
    address: transport.facts.remote,
    ...(local !== undefined && { local }),
    ...(line !== undefined && { greeting: visible(redactor.redact(line)).slice(0, longestGreeting) }),
  };
}

/**
 * Own addresses in a run, by what determines them: finding one takes a system call, and it stays the same for a
 * server's address.
 */
const ownAddresses = byIdentity((_: World) => new Map<string, string>());

/** The address of this end without its port, which differs for each connection. */
function ownAddress({ target, transport: { facts } }: Session, known: Map<string, string>): string | undefined {
  const way = `${facts.remote} ${target.options.localAddress ?? ''}`;
  const found = known.get(way) ?? facts.local?.replace(/:\d+$/, '');
  if (found !== undefined) known.set(way, found);
  return found;
}

function firstLine(raw: Buffer): string {
  return /^[^\r\n]*/.exec(decodeText(raw))?.[0] ?? '';
}

function certificateOf({ target: { label }, transport }: Session): readonly Measurement[] {
  const expires = transport.facts.tls?.chain[0]?.validTo;
  return expires === undefined || Number.isNaN(expires) ? [] : [{ kind: 'certificate', server: label, expires }];
}

/** Notes when a certificate expires that a check saw over a connection of its own. */
export function noteCertificate({ measured }: Context, server: string, expires: number | undefined): void {
  if (expires !== undefined && !Number.isNaN(expires)) measured.push({ kind: 'certificate', server, expires });
}

/** A message was sent: its delivery time starts now. */
export function noteSent(context: Context, session: Session): void {
  const { target, addressees } = session;
  session.addressees = [];
  const to = addressees.length === 0 ? undefined : addressees.join(', ');
  context.sent = { at: context.world.clock(), through: target.label, ...(to !== undefined && { to }) };
}

/** A step found what it looked for. If a message had been sent before, this gives its delivery time. */
export function noteFound(context: Context): void {
  const { sent, world } = context;
  if (sent === undefined) return;
  context.measured.push({ kind: 'delivery', took: world.clock() - sent.at });
  world.deliveries.arrived(sent);
  context.sent = undefined;
}
