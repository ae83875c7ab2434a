import { isIP } from 'node:net';
import { writeHostAndPort } from '../host-and-port.ts';
import { type Role, roleFacts } from './roles.ts';
import type { AuditedServer } from './survey.ts';

/** What one configuration contains. */
export interface Group {
  /** Distinguishes it from the others; absent for the first. */
  readonly suffix?: string;
  readonly servers: Readonly<Record<string, ServerEntry>>;
  /** The name that the host's certificates are for. */
  readonly hostname?: string;
  readonly targets: readonly string[];
}

export interface ServerEntry {
  readonly url: string;
  readonly tls?: { readonly servername?: string; readonly ca?: string };
  readonly local_address?: string;
}

/** Packs that concern a single host, not all servers together. */
const ofHost = ['mailspec:tls', 'mailspec:privacy'] as const;
const ofExchanger = ['mailspec:relay', 'mailspec:smtp-core'] as const;
const ofDomain = ['mailspec:relay', 'mailspec:tls/certificates'] as const;
const ofAll = [
  ...ofExchanger,
  ...['mailspec:submission', 'mailspec:smuggling', 'mailspec:imap-core', 'mailspec:pop3-core', 'mailspec:sieve-core'],
  'mailspec:delivery',
] as const;

export interface GroupOptions {
  readonly ca?: string;
  readonly hostname?: string;
  /** Whether DNS has data for the domain. */
  readonly dns: boolean;
  /** A further domain, which distinguishes its checks. */
  readonly domain?: string;
  /** The source address for connections to this machine: Sendmail and Debian's Exim always relay for 127.0.0.1. */
  readonly stranger?: string;
  /** Hosts that are already checked for another domain. */
  readonly known?: ReadonlySet<string>;
}

/**
 * One group with the first server of each role, then one for each host, which has certificates and TLS settings of its
 * own.
 */
export function groupsOf(services: readonly AuditedServer[], options: GroupOptions): readonly Group[] {
  const hosts = [...new Set(services.map(({ host }) => host))];
  const firsts = new Map<Role, AuditedServer>();
  for (const service of services) if (!firsts.has(service.role)) firsts.set(service.role, service);
  const all = [...firsts.values()];
  const discovery = options.dns ? ['mailspec:discovery'] : [];
  const { domain, known = new Set() } = options;
  const isKnown = hosts.every((host) => known.has(host));
  const single = hosts.length === 1 && all.length === services.length;
  // For servers that are checked already: only what they do for this domain.
  const targets = isKnown ? [...ofDomain, ...discovery] : [...ofAll, ...(single ? ofHost : []), ...discovery];
  const first = { ...group(all, targets, options), ...(domain !== undefined && { suffix: domain }) };
  if (single) return [first];
  return [
    first,
    ...placesOf(services)
      .filter(({ host }) => !known.has(host))
      .map(({ suffix, own }) => {
        const more = own.some((each) => each.role === 'mx' && firsts.get('mx') !== each) ? ofExchanger : [];
        return { ...group(own, [...more, ...ofHost], options), suffix };
      }),
  ];
}

interface PlaceOfHost {
  readonly host: string;
  readonly suffix: string;
  readonly own: readonly AuditedServer[];
}

/** The servers of each host, with one of each role; further ones, at other ports, have places of their own. */
function placesOf(services: readonly AuditedServer[]): readonly PlaceOfHost[] {
  return [...new Set(services.map(({ host }) => host))].flatMap((host) => {
    const all = services.filter((each) => each.host === host);
    const own = all.filter((each) => all.find(({ role }) => role === each.role) === each);
    return [
      { host, suffix: host, own },
      ...all
        .filter((each) => !own.includes(each))
        .map((each) => ({ host, suffix: writeHostAndPort(host, each.port), own: [each] })),
    ];
  });
}

function group(services: readonly AuditedServer[], targets: readonly string[], options: GroupOptions): Group {
  const mx = services.find(({ role }) => role === 'mx') ?? services[0];
  const hostname = mx === undefined ? options.hostname : nameOf(mx, services, options);
  return {
    servers: Object.fromEntries(
      services.map((each) => [each.role, entryOf(each, nameOf(each, services, options), options)]),
    ),
    ...(hostname !== undefined && { hostname }),
    targets,
  };
}

/** The given name, the name by which the host was found, or the name in its SMTP greeting. */
function nameOf(
  { host }: AuditedServer,
  services: readonly AuditedServer[],
  { hostname }: GroupOptions,
): string | undefined {
  if (hostname !== undefined) return hostname;
  if (isIP(host) === 0) return host;
  return services.find((each) => each.host === host && each.name !== undefined)?.name;
}

function entryOf(
  { role, address, port }: AuditedServer,
  name: string | undefined,
  { ca, stranger }: GroupOptions,
): ServerEntry {
  const { scheme, port: usual } = roleFacts[role];
  const place = port === usual ? writeHostAndPort(address, port).replace(/:\d+$/, '') : writeHostAndPort(address, port);
  const tls = { ...(name !== undefined && name !== address && { servername: name }), ...(ca !== undefined && { ca }) };
  return {
    url: `${scheme}://${place}`,
    ...(Object.keys(tls).length > 0 && { tls }),
    ...(stranger !== undefined && isOtherLoopback(address) && { local_address: stranger }),
  };
}

/** Whether this machine can use another source address; with 127.0.0.1, checks for strangers are left out. */
function isOtherLoopback(address: string): boolean {
  return address.startsWith('127.') && address !== '127.0.0.1';
}
