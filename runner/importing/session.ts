import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import { withLiterals } from './literals.ts';
import type { Entry, Pasted, PastedEntry, Session, Where } from './pasted.ts';
import { isGreeting } from './said.ts';
import { unwrapped } from './wrapped.ts';

/** The sessions of a text, as far as a protocol fits: one for each connection. */
export function sessionsOf(pasted: readonly Pasted[], given: Protocol | undefined): readonly Session[] {
  const all = pasted
    .flatMap(byConnection)
    .flatMap((each) => sessionOf(each, given) ?? [])
    .flatMap(byGreeting);
  const told = all.filter(({ entries }) => entries.some(({ kind }) => kind === 'server'));
  // What has no reply of a server tells something only where nothing else does.
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

/** After its end, a greeting begins another session. */
function byGreeting(session: Session): readonly Session[] {
  const found: Entry[][] = [[]];
  let state: 'open' | 'ending' | 'ended' = 'open';
  const lastCommand = session.entries.findLastIndex(({ kind }) => kind === 'client');
  for (const [at, entry] of session.entries.entries()) {
    // Replies to commands that were pipelined may look like one, but no command follows them.
    if (state === 'ended' && entry.kind === 'server' && isGreeting(entry.text) && at < lastCommand) {
      found.push([]);
      state = 'open';
    } else if (entry.kind === 'closed') state = 'ended';
    else if (entry.kind === 'client') state = /^(?:\S+ )?(?:QUIT|LOGOUT)$/i.test(entry.text.trim()) ? 'ending' : 'open';
    else if (entry.kind === 'server' && state === 'ending' && !/^(?:\* |\d{3}-)/.test(entry.text)) state = 'ended';
    found.at(-1)?.push(entry);
  }
  // What a program did unseen, it did before the first.
  return found.map((entries, at) => ({ ...session, entries, startsTls: session.startsTls && at === 0 }));
}

/** The session of a text, or nothing where no protocol fits. */
function sessionOf(pasted: Pasted, given: Protocol | undefined): Session | undefined {
  // Of several connections, the one that is given is not every one's.
  const protocol = pasted.on === undefined ? (given ?? protocolOf(pasted)) : (protocolOf(pasted) ?? given);
  if (protocol === undefined) return undefined;
  const speaker = protocol.createSpeaker?.();
  const entries = unwrapped(pasted.entries, protocol).flatMap((entry): readonly Entry[] => {
    if (entry.kind !== 'line') return entry.kind === 'connected' ? [] : [entry];
    if (speaker === undefined) return [{ kind: 'unread', text: entry.text }];
    // Empty lines around a session say nothing; those in a message do.
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

/** Encryption was there before anybody spoke. */
function beginsWithTls({ entries }: Pasted): boolean {
  return entries.find(({ kind }) => kind !== 'unread' && kind !== 'connected')?.kind === 'tls';
}

/** Without the client's empty lines at the beginning and at the end. */
function trimmed(entries: readonly Entry[]): readonly Entry[] {
  const isEmpty = (entry: Entry) => entry.kind === 'client' && entry.text.trim() === '';
  const first = entries.findIndex((entry) => !isEmpty(entry));
  const last = entries.findLastIndex((entry) => !isEmpty(entry));
  return first === -1 ? [] : entries.slice(first, last + 1);
}

/** By what the program was told, by the port, by the first lines. */
function protocolOf({ where, entries }: Pasted): Protocol | undefined {
  const all = Object.values(protocols);
  const named = all.find(({ schemes }) => where.scheme !== undefined && Object.hasOwn(schemes, where.scheme));
  const texts = entries.flatMap((entry) => ('text' in entry && entry.kind !== 'unread' ? [entry.text] : []));
  // A greeting says more than a port. LMTP's is SMTP's: its LHLO, further down the table, is what tells.
  const begun = all.findLast(
    ({ begins }) => begins !== undefined && texts.slice(0, firstLines).some((text) => begins.test(text)),
  );
  return named ?? begun ?? all.find((each) => hasPort(each, where));
}

/** Among these the greeting is, or a command that only one protocol has. */
const firstLines = 20;

function hasPort({ schemes }: Protocol, { port }: Where): boolean {
  return port !== undefined && Object.values(schemes).some((scheme) => scheme.port === port);
}

/** The URL of whom it was with, where the text names a host. */
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
