import { isIP } from 'node:net';
import { autoconfigOf } from './autoconfig.ts';
import type { ResolverContext } from './names.ts';
import { type Advertised, addressesOf, exchangersOf, isNoAnswer, type Resolve, serviceOf } from './names.ts';
import { type Role, roleFacts, roles } from './roles.ts';

/** A place to look for a server. */
export interface Candidate {
  /** Absent: the reply of the server there determines the role. */
  readonly role?: Role;
  /** The host's name, or its address if it has none. */
  readonly host: string;
  readonly port: number;
  /** Where it was found. `usual`: it is only a usual place. */
  readonly source: 'MX' | 'SRV' | 'autoconfig' | 'usual' | 'given';
}

export interface Named {
  /** Absent if it is not known; then DNS cannot be checked. */
  readonly domain?: string;
  readonly candidates: readonly Candidate[];
  readonly notes: readonly string[];
}

/** Thrown if an audit cannot begin. */
export class AuditError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'AuditError';
    this.hint = hint;
  }
}

/**
 * Finds the servers of a domain, or of the domain that a host belongs to: those that DNS and the autoconfiguration file
 * advertise, then usual names and ports. Throws an `AuditError` if the name does not exist, or DNS is unusable.
 */
export async function nameServers(name: string, resolve: Resolve, context: ResolverContext): Promise<Named> {
  if (isIP(name) !== 0) return hostAlone(name);
  try {
    const exchangers = await exchangersOf(name, resolve);
    if (exchangers === null) return await withoutMail(name, resolve, context);
    if (exchangers.length > 0) {
      return await ofDomain(
        name,
        exchangers.map(({ host }) => host),
        resolve,
        context,
      );
    }
    const parent = name.replace(/^[^.]+\./, '');
    const above = parent.includes('.') ? await exchangersOf(parent, resolve) : [];
    const addresses = await addressesOf(name, resolve);
    if (addresses.length === 0) {
      const advertised = await advertisedOf(name, resolve, context);
      if (advertised.length > 0) return { domain: name, candidates: advertised, notes: ['The domain has no MX'] };
      throw new AuditError(
        `Cannot find the mail servers of "${name}": DNS has neither MX nor address records for it`,
        'Check the spelling, or name the server with "--host"',
      );
    }
    const isExchanger = above?.some(({ host }) => host.toLowerCase() === name.toLowerCase()) === true;
    if (isExchanger) return { ...hostAlone(name), domain: parent, notes: [`${name} is an MX of ${parent}`] };
    // RFC 5321 section 5.1: without an MX record, the host itself is the mail server.
    return await ofDomain(name, [name], resolve, context);
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    throw new AuditError(
      `Cannot look up "${name}": ${(error as Error).message}`,
      'Name a resolver with "--resolver", or the server itself with "--host" or "--server mx=smtp://ADDRESS"',
    );
  }
}

/** All usual ports of a host. */
export function hostAlone(host: string): Named {
  return {
    candidates: roles.map((role) => ({ role, host, port: roleFacts[role].port, source: 'usual' as const })),
    notes: [],
  };
}

async function withoutMail(domain: string, resolve: Resolve, context: ResolverContext): Promise<Named> {
  const candidates = await advertisedOf(domain, resolve, context);
  const notes = [`${domain} accepts no mail, as its MX record says (RFC 7505)`];
  if (candidates.length > 0) return { domain, candidates, notes };
  throw new AuditError(`Nothing to audit: ${domain} accepts no mail, as its MX record says (RFC 7505)`);
}

async function ofDomain(
  domain: string,
  exchangers: readonly string[],
  resolve: Resolve,
  context: ResolverContext,
): Promise<Named> {
  const advertised = await advertisedOf(domain, resolve, context);
  const names = await Promise.all(
    [...new Set(roles.flatMap((role) => roleFacts[role].usual))].map(async (label) => {
      const name = `${label}.${domain}`;
      return (await addressesOf(name, resolve)).length > 0 ? [label] : [];
    }),
  );
  const present = new Set(names.flat());
  const known = new Set(advertised.map(({ role }) => role));
  const usual = roles.flatMap((role): readonly Candidate[] => {
    if (role === 'mx' || known.has(role)) return [];
    const { port, usual: labels } = roleFacts[role];
    const below = labels.filter((label) => present.has(label)).map((label) => `${label}.${domain}`);
    return [...new Set([...exchangers, ...below])].map((host) => ({ role, host, port, source: 'usual' }));
  });
  const mx = exchangers.map((host): Candidate => ({ role: 'mx', host, port: roleFacts.mx.port, source: 'MX' }));
  return { domain, candidates: [...mx, ...advertised, ...usual], notes: [] };
}

/** The servers in SRV records or, without these, in the autoconfiguration file. */
async function advertisedOf(domain: string, resolve: Resolve, context: ResolverContext): Promise<readonly Candidate[]> {
  const autoconfig = autoconfigOf(domain, resolve, context);
  const found = await Promise.all(
    roles.map(async (role): Promise<readonly Candidate[]> => {
      const { srv } = roleFacts[role];
      const service = srv === undefined ? undefined : await serviceOf(`${srv}.${domain}`, resolve);
      if (service !== undefined) return [candidate(role, service, 'SRV')];
      const configured = (await autoconfig).get(role);
      return configured === undefined ? [] : [candidate(role, configured, 'autoconfig')];
    }),
  );
  return found.flat();
}

function candidate(role: Role, { host, port }: Advertised, source: Candidate['source']): Candidate {
  return { role, host, port, source };
}
