import type { Protocol } from '../protocol/protocol.ts';
import { protocols } from '../protocol/protocols.ts';
import type { Entry, Pasted, Session, Where } from './pasted.ts';

/** The session of a text, or nothing where no protocol fits. */
export function sessionOf(pasted: Pasted, given: Protocol | undefined): Session | undefined {
  const protocol = given ?? protocolOf(pasted);
  if (protocol === undefined) return undefined;
  const speaker = protocol.createSpeaker?.();
  const entries = pasted.entries.flatMap((entry): readonly Entry[] => {
    if (entry.kind !== 'line') return [entry];
    if (speaker === undefined) return [{ kind: 'unread', text: entry.text }];
    // Empty lines around a session say nothing; those in a message do.
    return [{ kind: speaker.isServer(entry.text) ? 'server' : 'client', text: entry.text }];
  });
  return { protocol, where: pasted.where, entries: trimmed(entries), startsTls: pasted.startsTls ?? false };
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
  const texts = entries.flatMap((entry) => ('text' in entry ? [entry.text] : []));
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
