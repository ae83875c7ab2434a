import { CheckError } from '../checks/check.ts';
import { checkHttp } from '../checks/http.ts';
import { type Advertised, addressesOf, type Resolve, type ResolverContext } from './names.ts';
import type { Role } from './roles.ts';

/** The time for the file in milliseconds: it is only one of several ways to find the servers. */
const patience = 3_000;

/** The names in Thunderbird's file. */
const kinds: readonly (readonly [Role, element: string, type: string, socket: string])[] = [
  ['submission', 'outgoingServer', 'smtp', 'STARTTLS'],
  ['submissions', 'outgoingServer', 'smtp', 'SSL'],
  ['imap', 'incomingServer', 'imap', 'STARTTLS'],
  ['imaps', 'incomingServer', 'imap', 'SSL'],
  ['pop3', 'incomingServer', 'pop3', 'STARTTLS'],
  ['pop3s', 'incomingServer', 'pop3', 'SSL'],
];

const pathOf = (element: string, type: string, socket: string, field: string) =>
  `string(//${element}[@type='${type}' and socketType='${socket}']/${field})`;

/** The servers in the domain's configuration file for Thunderbird, if it has one. */
export async function autoconfigOf(
  domain: string,
  resolve: Resolve,
  context: ResolverContext,
): Promise<ReadonlyMap<Role, Advertised>> {
  const host = `autoconfig.${domain}`;
  const [address] = await addressesOf(host, resolve);
  if (address === undefined) return new Map();
  const fields = kinds.flatMap(([role, ...where]) =>
    ['hostname', 'port'].map((field) => ({ role, field, path: pathOf(...where, field) })),
  );
  try {
    const { evidence } = await checkHttp(
      {
        url: `https://${host}/mail/config-v1.1.xml`,
        method: 'GET',
        headers: [],
        redirects: 3,
        tls: {},
        address: { host: address },
        xpaths: fields.map(({ path }) => path),
        jsonPaths: [],
      },
      { ...context, deadline: context.clock() + patience },
    );
    const found = (evidence['xml'] ?? {}) as Readonly<Record<string, unknown>>;
    return advertised((role, field) => {
      const value = found[fields.find((each) => each.role === role && each.field === field)?.path ?? ''];
      return typeof value === 'string' ? value.trim() : '';
    }, domain);
  } catch (error) {
    // Errors in the file are reported by the pack.
    if (error instanceof CheckError) return new Map();
    throw error;
  }
}

function advertised(fieldOf: (role: Role, field: string) => string, domain: string): ReadonlyMap<Role, Advertised> {
  const servers = new Map<Role, Advertised>();
  for (const [role] of kinds) {
    const host = fieldOf(role, 'hostname').replaceAll('%EMAILDOMAIN%', domain);
    const port = Number(fieldOf(role, 'port'));
    if (/^[\w.-]+$/.test(host) && Number.isInteger(port) && port > 0 && port < 65_536)
      servers.set(role, { host, port });
  }
  return servers;
}
