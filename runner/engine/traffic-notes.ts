import type { Scenario, Target } from '../plan.ts';
import type { RunNote, SlowingNote } from '../run-event.ts';
import type { ClosedPort } from './closed-port.ts';
import { announcedLimit } from './defenses.ts';
import type { LoginLimit } from './login-limit.ts';
import type { Session } from './session.ts';

/** What is asked of a connection that was greeted. */
export type OpenSession = Pick<Session, 'finished' | 'transport' | 'lastAction' | 'target' | 'owed'>;

/** What a server may count: the connections to one of its ports, or those to all of them. */
export interface Counter {
  /** The most that may be active. */
  cap?: number;
  /** The connections that it greeted and that have not ended; ended ones are removed at the next greeting. */
  readonly open: Set<OpenSession>;
  /** The highest number that were open at once. */
  most: number;
  /** The same, since so many were refused for longer than a server counts ended connections. */
  floor: number;
  /** It refuses after its greeting, such as at the login: then the number of open connections says nothing. */
  refusesLater?: true;
  /** Its last reaction to a new connection was to refuse it: until it accepts one, one at a time is tried. */
  refusing?: boolean;
  /** The scenario that tries. */
  trying?: Scenario | undefined;
  /** Its reply when it refused; `''` if it closed connections without a word. */
  limit?: string;
  /** It closes its ports when too many connections are open. */
  closesPort?: true;
  /** How often it did although only one was open. */
  closings?: number;
  readonly logins: LoginLimit;
}

/** What is known of a service, and of its defenses. */
export interface CountedService extends Counter {
  readonly target: Target;
  host: Host | undefined;
  /** Connections of running scenarios. */
  active: number;
  /** The shortest time between two connections, in milliseconds. */
  interval: number;
  /** The lowest number of connections that one scenario needs at once, and for which the server refused it each time. */
  tooMany?: number;
  /** For how long it seems to count ended connections, in milliseconds. */
  lag?: number;
  /** When the next connection may be opened. */
  next: number;
  /** When connections were opened, oldest first; those older than a minute are removed. */
  readonly opened: number[];
  /** The number of all connections that were opened, and of those that it refused. */
  total: number;
  refusals: number;
  /** It sent something on a connection. A server that never did has no limit that could be found. */
  accepted?: boolean;
  /** Since when it has refused even a single connection. */
  aloneSince?: number;
  /** Present since it refused a connection, until it greets one. */
  closed?: ClosedPort;
  /** It closed a single connection in the same way, so the number of connections was not the reason. */
  refuted?: boolean;
  perMinute?: number;
  /** Its reply when it was waited for because other clients had reached its limit. */
  full?: string;
  /** It replied over TLS after STARTTLS. */
  secured?: true;
  /** How often it closed such a connection without a word, and was asked again for the reason. */
  asked?: number;
  /** Its reply when it refused the name in EHLO. */
  helo?: string;
  /** `over`: a scenario waited in vain. */
  greylisting?: { readonly said: string; over: boolean };
  /** When it begins to count messages anew. */
  anew?: number;
  /** `next`: when the next login may be attempted. */
  loginDelay?: { readonly said: string; next: number; over: boolean };
}

/**
 * The services of one protocol on one host. They are often one program, which counts the connections of an address to
 * all its ports together, as Exim's smtp_accept_max_per_host and Dovecot's mail_max_userip_connections do.
 */
export interface Host extends Counter {
  readonly address: string;
  readonly services: CountedService[];
  /** The services of other protocols on that host belong to it as well: it counts the connections of a user. */
  shared?: true;
}

/** The most connections that worked at once, as far as is known. */
function worked(counter: Counter, cap: number): number {
  return counter.refusesLater ? cap : Math.max(cap, counter.most);
}

/** How many may be logged in at once, as far as is known. */
function noteOfLogins({ logins: { cap } }: Counter, server: string, servers: readonly string[]): readonly RunNote[] {
  return cap === undefined
    ? []
    : [{ kind: 'connection limit', server, servers, said: '', connections: cap, atLogin: true }];
}

/** What the user should know about the services of a host: the number that the server names, if it does. */
export function notesOfHost(host: Host): readonly RunNote[] {
  const { services, limit, cap } = host;
  const servers = [...new Set(services.map(({ target: { label } }) => label))];
  const [server] = servers;
  if (server === undefined) return [];
  const atLogin = noteOfLogins(host, server, servers);
  if (limit === undefined || cap === undefined) return atLogin;
  return [
    ...atLogin,
    {
      kind: 'connection limit',
      server,
      servers,
      said: limit,
      connections: announcedLimit(limit) ?? worked(host, cap),
      ...(host.closesPort && { closesPort: true as const }),
    },
  ];
}

/** What the user should know about a service. */
export function notesOf(service: CountedService): readonly RunNote[] {
  const { limit, accepted, refuted, cap, perMinute, greylisting, loginDelay, helo } = service;
  const server = service.target.label;
  return [
    ...noteOfLogins(service, server, [server]),
    ...(limit === undefined || (limit === '' && (refuted || !accepted))
      ? []
      : [
          {
            kind: 'connection limit' as const,
            server,
            said: limit,
            ...(cap !== undefined && { connections: announcedLimit(limit) ?? worked(service, cap) }),
            ...(perMinute !== undefined && { perMinute }),
            ...(service.closesPort && { closesPort: true as const }),
          },
        ]),
    ...(greylisting === undefined
      ? []
      : [{ kind: 'greylisting' as const, server, said: greylisting.said, isOver: greylisting.over }]),
    ...(loginDelay === undefined
      ? []
      : [{ kind: 'login delay' as const, server, said: loginDelay.said, isOver: loginDelay.over }]),
    ...(helo === undefined ? [] : [{ kind: 'helo' as const, server, said: helo }]),
  ];
}

/** Returns a function that returns the notes for which a run has begun to wait since the last call. */
export function createSlowed(services: ReadonlyMap<string, CountedService>): () => readonly SlowingNote[] {
  const known = new Set<string>();
  const isNew = (note: SlowingNote) => {
    const key = JSON.stringify([note.kind, note.server, 'perMinute' in note]);
    return !known.has(key) && known.add(key);
  };
  return () => [...services.values()].flatMap(slowingNotes).filter(isNew);
}

/** What the run waits for. Fewer connections at once hardly slow it down. */
function slowingNotes(service: CountedService): readonly SlowingNote[] {
  const { full, target } = service;
  return [
    ...(full === undefined ? [] : [{ kind: 'connection limit' as const, server: target.label, said: full }]),
    ...notesOf(service).filter(isSlowing),
  ];
}

function isSlowing(note: RunNote): note is SlowingNote {
  if (note.kind === 'connection limit') return note.perMinute !== undefined;
  return (note.kind === 'greylisting' || note.kind === 'login delay') && !note.isOver;
}
