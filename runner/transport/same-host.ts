import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { limits } from './limits.ts';
import { pause } from './pause.ts';

/** The common name for loopback addresses. */
const loopback = 'this host';

/**
 * Finds out which names refer to the same host: those that have an address in common. The returned function gives each
 * host one name. A name without an answer in time counts as a host of its own.
 */
export async function sameHosts(hosts: readonly string[]): Promise<(host: string) => string> {
  const addresses = await Promise.all(hosts.map(addressesOf));
  const groups: { readonly name: string; readonly addresses: Set<string>; readonly hosts: Set<string> }[] = [];
  for (const [at, host] of hosts.entries()) {
    const own = { name: host, addresses: new Set(addresses[at]), hosts: new Set([host]) };
    const shared = groups.filter((group) => [...own.addresses].some((address) => group.addresses.has(address)));
    for (const group of shared) {
      for (const each of group.addresses) own.addresses.add(each);
      for (const each of group.hosts) own.hosts.add(each);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(own);
  }
  const names = new Map(groups.flatMap((group) => [...group.hosts].map((host) => [host, group.name] as const)));
  return (host) => names.get(host) ?? host;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [addressName(host)];
  const given = new AbortController();
  const none = pause(limits.sameHost, given.signal).then(() => []);
  try {
    const found = await Promise.race([lookup(host, { all: true }), none]);
    return found.map(({ address }) => addressName(address));
  } catch {
    return [];
  } finally {
    given.abort();
    none.catch(() => undefined);
  }
}

function addressName(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  return plain === '::1' || plain.startsWith('127.') ? loopback : plain;
}
