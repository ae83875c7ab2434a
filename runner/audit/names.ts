import { isIP } from 'node:net';
import { addressesOf as bySystem } from '../checks/addresses.ts';
import { CheckError } from '../checks/check.ts';
import { checkDns } from '../checks/dns.ts';
import type { RecordType } from '../record-types.ts';
import { type Fields, isWords, type Value } from '../value.ts';

/** Asks a name server; without records, the list is empty. Throws a `CheckError` if no server answers. */
export type Resolve = (name: string, type: RecordType) => Promise<readonly Fields[]>;

export interface ResolverContext {
  readonly clock: () => number;
  readonly wall: () => number;
  readonly signal: AbortSignal;
}

/** The time for one query in milliseconds: a slower resolver would not find the servers in time either. */
const patience = 5_000;

/** `resolver`: `ns.example`, `192.0.2.53:5353`; default: this machine's. */
export function resolverOf(resolver: string | undefined, context: ResolverContext): Resolve {
  const known = new Map<string, Promise<readonly Fields[]>>();
  const ask = async (name: string, type: RecordType): Promise<readonly Fields[]> => {
    const { evidence } = await checkDns(
      { name, type, ...(resolver !== undefined && { resolver }) },
      { ...context, deadline: context.clock() + patience },
    );
    return (evidence['answers'] as readonly Value[]).flatMap((each) =>
      isWords(each) && each.fields ? [each.fields] : [],
    );
  };
  return (name, type) => {
    const key = `${type} ${name.toLowerCase()}`;
    const answer = known.get(key) ?? ask(name, type);
    known.set(key, answer);
    return answer;
  };
}

/** IPv4 before IPv6; an address is returned as it is. */
export async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await Promise.all((['A', 'AAAA'] as const).map((type) => resolve(host, type)));
  return found.flat().flatMap((fields) => textAt(fields, 'address'));
}

/** As programs on this machine resolve names, including its hosts file. */
export function systemAddresses(host: string, context: ResolverContext): Promise<readonly string[]> {
  return bySystem(host, undefined, { ...context, deadline: context.clock() + patience });
}

export interface Exchanger {
  readonly host: string;
  readonly preference: number;
}

/** RFC 5321 section 5.1: the most preferred first. `null`: the domain does not accept mail (RFC 7505). */
export async function exchangersOf(domain: string, resolve: Resolve): Promise<readonly Exchanger[] | null> {
  const found = (await resolve(domain, 'MX')).flatMap((fields) =>
    textAt(fields, 'exchange').map((host) => ({ host, preference: Number(fields['preference']) })),
  );
  if (found.length > 0 && found.every(({ host }) => host === '' || host === '.')) return null;
  return found.sort((a, b) => a.preference - b.preference);
}

export interface Advertised {
  readonly host: string;
  readonly port: number;
}

/** The service with the lowest priority value (RFC 2782); `undefined` if the domain declares that there is none. */
export async function serviceOf(name: string, resolve: Resolve): Promise<Advertised | undefined> {
  const found = (await resolve(name, 'SRV')).flatMap((fields) =>
    textAt(fields, 'target').map((host) => ({
      host,
      port: Number(fields['port']),
      priority: Number(fields['priority']),
    })),
  );
  const [first] = found.sort((a, b) => a.priority - b.priority);
  return first === undefined || first.host === '' || first.host === '.' ? undefined : first;
}

function textAt(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  const text = isWords(value) ? value.text : value;
  return typeof text === 'string' ? [text] : [];
}

/** Whether no server answered, so that DNS cannot be used from here. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof CheckError && error.code.startsWith('connect.');
}
