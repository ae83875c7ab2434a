import type { Target } from '../plan.ts';
import type { RunNote } from '../result.ts';
import { announcedLimit } from './defenses.ts';

/** What is known of a service, and of its defenses. */
export interface Service {
  readonly target: Target;
  readonly host: Host | undefined;
  /** Connections of running scenarios. */
  active: number;
  /** The most that may be active. */
  cap?: number;
  /** The shortest time between two connections, in milliseconds. */
  interval: number;
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
  /** Its reply when it refused; `''` if it closed connections without a word. */
  limit?: string;
  /** It closed a single connection in the same way, so the number of connections was not the reason. */
  refuted?: boolean;
  perMinute?: number;
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
export interface Host {
  readonly services: Service[];
  /** The most connections to all of them. */
  cap?: number;
  limit?: string;
}

/** What the user should know about the services of a host: the number that the server names, if it does. */
export function notesOfHost({ services, limit, cap }: Host): readonly RunNote[] {
  const labels = services.map(({ target: { label } }) => label);
  const [server] = labels;
  if (server === undefined || limit === undefined || cap === undefined) return [];
  return [
    {
      kind: 'connection limit',
      server,
      servers: [...new Set(labels)],
      said: limit,
      connections: announcedLimit(limit) ?? cap,
    },
  ];
}

/** What the user should know about a service. */
export function notesOf(service: Service): readonly RunNote[] {
  const { limit, accepted, refuted, cap, perMinute, greylisting, loginDelay, helo } = service;
  const server = service.target.label;
  return [
    ...(limit === undefined || (limit === '' && (refuted || !accepted))
      ? []
      : [
          {
            kind: 'connection limit' as const,
            server,
            said: limit,
            ...(cap !== undefined && { connections: announcedLimit(limit) ?? cap }),
            ...(perMinute !== undefined && { perMinute }),
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
