import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import { withLiterals } from './literals.ts';
import type { Entry, Pasted, PastedEntry, Session, Where } from './pasted.ts';
import { isGreeting } from './said.ts';
import { unwrapped } from './wrapped.ts';

/** The sessions of a text that fit a protocol: one for each connection. */
export function sessionsOf(pasted: readonly Pasted[], given: Protocol | undefined): readonly Session[] {
  const all = pasted
    .flatMap(byConnection)
    .flatMap((each) => sessionOf(each, given) ?? [])
    .flatMap(byGreeting);
  const told = all.filter(({ entries }) => entries.some(({ kind }) => kind === 'server'));
  // A session without a server's reply is useful only if there is no other.
  return told.length > 0 ? told : all.slice(0, 1);
}

function byConnection({ where, entries, ...more }: Pasted): readonly Pasted[] {
  const found: { where: Where; entries: PastedEntry[] }[] = [{ where, entries: [] }];
  for (const entry of entries) {
    const last = found.at(-1);
    if (entry.kind !== 'connected') last?.entries.push(entry);
    else if (last?.entries.some(({ kind }) => kind !== 'unread') === true)
      found.push({ where: entry.where, entries: [] });
    else if (last !== undefined) last.where = { ...last.where, ...entry.where };
  }
  return found.map((each) => ({ ...each, ...more }));
}

/** A greeting after the end of a session begins another one. */
function byGreeting(session: Session): readonly Session[] {
  const found: Entry[][] = [[]];
  let state: 'open' | 'ending' | 'ended' = 'open';
  const lastCommand = session.entries.findLastIndex(({ kind }) => kind === 'client');
  for (const [at, entry] of session.entries.entries()) {
    // Replies to pipelined commands may look like a greeting, but no command follows them.
    if (state === 'ended' && entry.kind === 'server' && isGreeting(entry.text) && at < lastCommand) {
      found.push([]);
      state = 'open';
    } else if (entry.kind === 'closed') state = 'ended';
    else if (entry.kind === 'client') state = /^(?:\S+ )?(?:QUIT|LOGOUT)$/i.test(entry.text.trim()) ? 'ending' : 'open';
    else if (entry.kind === 'server' && state === 'ending' && !/^(?:\* |\d{3}-)/.test(entry.text)) state = 'ended';
    found.at(-1)?.push(entry);
  }
  // What a program did before its output belongs to the first session.
  return found.map((entries, at) => ({ ...session, entries, startsTls: session.startsTls && at === 0 }));
}

/** The session of a text; `undefined` if no protocol fits. */
function sessionOf(pasted: Pasted, given: Protocol | undefined): Session | undefined {
  // With several connections, the given protocol need not be that of each.
  const protocol = pasted.on === undefined ? (given ?? protocolOf(pasted)) : (protocolOf(pasted) ?? given);
  if (protocol === undefined) return undefined;
  const speaker = protocol.createSpeaker?.();
  const entries = unwrapped(pasted.entries, protocol).flatMap((entry): readonly Entry[] => {
    if (entry.kind !== 'line') return entry.kind === 'connected' ? [] : [entry];
    if (speaker === undefined) return [{ kind: 'unread', text: entry.text }];
    // Empty lines around a session have no meaning, but those in a message do.
    return [{ kind: speaker.isServer(entry.text) ? 'server' : 'client', text: entry.text }];
  });
  return {
    protocol,
    where: { implicitTls: beginsWithTls(pasted), ...pasted.where },
    entries: withLiterals(trimmed(entries), protocol),
    startsTls: pasted.startsTls ?? false,
    ...(pasted.on !== undefined && { on: pasted.on }),
  };
}

/** Whether TLS began before anything was sent. */
function beginsWithTls({ entries }: Pasted): boolean {
  return entries.find(({ kind }) => kind !== 'unread' && kind !== 'connected')?.kind === 'tls';
}

/** Without the client's empty lines at the beginning and the end. */
function trimmed(entries: readonly Entry[]): readonly Entry[] {
  const isEmpty = (entry: Entry) => entry.kind === 'client' && entry.text.trim() === '';
  const first = entries.findIndex((entry) => !isEmpty(entry));
  const last = entries.findLastIndex((entry) => !isEmpty(entry));
  return first === -1 ? [] : entries.slice(first, last + 1);
}

/** The protocol, by the program's arguments, the port, or the first lines. */
function protocolOf({ where, entries }: Pasted): Protocol | undefined {
  const all = Object.values(protocols);
  const named = all.find(({ schemes }) => where.scheme !== undefined && Object.hasOwn(schemes, where.scheme));
  const texts = entries.flatMap((entry) => ('text' in entry && entry.kind !== 'unread' ? [entry.text] : []));
  // A greeting says more than a port. LMTP's is the same as SMTP's, but LHLO, which comes later in the table,
  // distinguishes them.
  const begun = all.findLast(
    ({ begins }) => begins !== undefined && texts.slice(0, firstLines).some((text) => begins.test(text)),
  );
  return named ?? begun ?? all.find((each) => hasPort(each, where));
}

/** These lines contain the greeting, or a command that only one protocol has. */
const firstLines = 20;

function hasPort({ schemes }: Protocol, { port }: Where): boolean {
  return port !== undefined && Object.values(schemes).some((scheme) => scheme.port === port);
}

/** The server's URL, if the text names a host. */
export function urlOf({
  protocol,
  where: { host, port, implicitTls },
  startsTls = false,
}: Pick<Session, 'protocol' | 'where'> & Partial<Session>): string | undefined {
  if (host === undefined) return undefined;
  const schemes = Object.entries(protocol.schemes);
  const byPort = schemes.find(([, scheme]) => port !== undefined && scheme.port === port);
  const byTls = schemes.find(([, scheme]) => scheme.implicitTls === (implicitTls === true && !startsTls));
  const [name, scheme] = byPort ?? byTls ?? schemes[0] ?? ['tcp', undefined];
  const shown = host.includes(':') ? `[${host}]` : host;
  return `${name}://${shown}${port === undefined || port === scheme?.port ? '' : `:${port}`}`;
}
