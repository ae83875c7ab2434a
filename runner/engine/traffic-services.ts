import type { Target } from '../plan.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import { newLoginLimit } from './login-limit.ts';
import { serviceOf } from './service-needs.ts';
import { margin, minute } from './traffic-limits.ts';
import type { CountedService, Counter, Host } from './traffic-notes.ts';

/** The services that a run contacts, and their hosts. */
export function createServices() {
  const services = new Map<string, CountedService>();
  const hosts = new Map<string, Host>();
  const find = (target: Target): CountedService | undefined => {
    const name = serviceOf(target);
    if (name === undefined) return undefined;
    const known = services.get(name);
    if (known !== undefined) return known;
    const { connectionsPerMinute } = target.options;
    const service: CountedService = {
      ...newCounter(),
      target,
      host: hostOf(target, hosts),
      active: 0,
      interval: connectionsPerMinute === undefined ? 0 : (minute + margin) / connectionsPerMinute,
      next: 0,
      opened: [],
      total: 0,
      refusals: 0,
    };
    service.host?.services.push(service);
    services.set(name, service);
    return service;
  };
  /** Makes the services of all protocols on a service's host one. */
  const share = ({ host }: CountedService) => {
    if (host === undefined || host.shared) return;
    host.shared = true;
    for (const [key, each] of hosts) {
      if (each === host || each.address !== host.address) continue;
      for (const other of each.services) {
        other.host = host;
        host.services.push(other);
      }
      for (const session of each.open) host.open.add(session);
      hosts.set(key, host);
    }
  };
  return { services, find, share };
}

export function hostsOf(services: ReadonlyMap<string, CountedService>): ReadonlySet<Host> {
  return new Set([...services.values()].flatMap(({ host }) => host ?? []));
}

function newCounter(): Counter {
  return { open: new Set(), most: 0, floor: 0, logins: newLoginLimit() };
}

/** What counts the connections to a service. */
export function countersFor(service: CountedService): readonly Counter[] {
  return service.host === undefined ? [service] : [service, service.host];
}

function hostOf({ url }: Target, hosts: Map<string, Host>): Host | undefined {
  if (typeof url !== 'string') return undefined;
  const { address, protocol } = parseServerUrl(url);
  if (address.to !== 'network') return undefined;
  const name = address.host.toLowerCase();
  const key = JSON.stringify([protocol.title, name]);
  const shared = [...hosts.values()].find((each) => each.shared && each.address === name);
  const host = hosts.get(key) ?? shared ?? { address: name, services: [], ...newCounter() };
  hosts.set(key, host);
  return host;
}
