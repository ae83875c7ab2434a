import { addressesOf, exchangersOf, isNoAnswer, type Resolve } from './names.ts';
import { type Role, roleFacts } from './roles.ts';
import type { AuditedServer } from './survey.ts';

/** The parts of a service that show whether another server is in front of it. */
type Place = Pick<AuditedServer, 'role' | 'host' | 'port' | 'source' | 'name'>;

const mailboxes: ReadonlySet<Role> = new Set(['imap', 'imaps', 'pop3', 'pop3s']);

/** Signs that port 25 is answered by another server, such as a smart host or a filter, which passes mail on. */
export function relayNotes(domain: string | undefined, services: readonly Place[]): readonly string[] {
  return [...otherExchangers(domain, services), ...otherGreetings(services)];
}

/** MX hosts outside the domain, where mailboxes are inside. */
function otherExchangers(domain: string | undefined, services: readonly Place[]): readonly string[] {
  if (domain === undefined) return [];
  const advertised = namesOf(services.filter(({ role, source }) => role === 'mx' && source === 'MX'));
  const own = namesOf(services.filter(({ role, host }) => mailboxes.has(role) && isBelow(host, domain)));
  const [first] = own;
  if (first === undefined || advertised.length === 0 || advertised.some((host) => isBelow(host, domain))) return [];
  const server = `${roleFacts.mx.scheme}://${first}`;
  return [
    `Mail for ${domain} arrives at ${advertised.join(', ')}, and the mailboxes are at ${own.join(', ')}. If the former passes mail on, as a filter or smart host does, the checks of mx are only about it; "--server mx=${server}" checks the other one`,
  ];
}

/** Hosts where port 25 and submission greet with different names. */
function otherGreetings(services: readonly Place[]): readonly string[] {
  return services.flatMap((mx) => {
    if (mx.role !== 'mx' || mx.name === undefined) return [];
    const other = services.find(
      ({ role, host, name }) =>
        role.startsWith('submission') && host === mx.host && name?.toLowerCase() !== mx.name?.toLowerCase(),
    );
    return other?.name === undefined
      ? []
      : [
          `Port ${mx.port} of ${mx.host} greets as ${mx.name}, and port ${other.port} as ${other.name}. If another server answers port ${mx.port}, such as a smart host, the checks of mx are about that one`,
        ];
  });
}

/** The domain's MX hosts, if none of them is one of the given hosts: mail reaches these through others. */
export async function bypassedNotes(
  domain: string,
  given: readonly string[],
  resolve: Resolve,
): Promise<readonly string[]> {
  try {
    const exchangers = (await exchangersOf(domain, resolve)) ?? [];
    if (exchangers.length === 0 || given.length === 0) return [];
    const placesOf = async (hosts: readonly string[]) =>
      (
        await Promise.all(hosts.map(async (host) => [host.toLowerCase(), ...(await addressesOf(host, resolve))]))
      ).flat();
    const hosts = exchangers.map(({ host }) => host);
    const [own, known] = await Promise.all([placesOf(given), placesOf(hosts)]);
    if (own.some((place) => known.includes(place))) return [];
    return [
      `The MX of ${domain} is ${hosts.join(', ')}, not ${given.join(', ')}: mail from elsewhere passes through a server that this audit does not check; check it without "--host" and "--server"`,
    ];
  } catch (error) {
    if (isNoAnswer(error)) return [];
    throw error;
  }
}

const isAddress = /^[\d.]+$|:/;

function namesOf(services: readonly Place[]): readonly string[] {
  return [...new Set(services.map(({ host }) => host))].filter((host) => !isAddress.test(host));
}

function isBelow(host: string, domain: string): boolean {
  return `.${host.toLowerCase()}`.endsWith(`.${domain.toLowerCase()}`);
}
