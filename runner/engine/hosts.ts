import type { Plan, Scenario, Target } from '../plan.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import { sameHosts } from '../transport/same-host.ts';

/** The hosts that a scenario connects to. `undefined`: not known before it runs, so it may be any host. */
export type HostNames = (scenario: Scenario) => readonly string[] | undefined;

/** Whether a scenario provokes a defense of the server. A skipped one does not. */
export function provokes({ provokes, skip }: Scenario): boolean {
  return provokes.length > 0 && skip === undefined;
}

/**
 * Host names as they are written, without ports. Programs and sockets do not count clients by address, so each is a
 * host of its own.
 */
export function writtenHosts({ connections }: Scenario): readonly string[] | undefined {
  const hosts = new Set<string>();
  for (const target of connections.values()) {
    const host = hostOf(target);
    if (host === undefined) return undefined;
    hosts.add(host);
  }
  return hosts.size === 0 ? undefined : [...hosts];
}

function hostOf({ url, label }: Target): string | undefined {
  if (typeof url !== 'string') return undefined;
  try {
    const { address } = parseServerUrl(url);
    return address.to === 'network' ? address.host.toLowerCase() : address.to === 'unix' ? address.path : label;
  } catch {
    return undefined;
  }
}

/** The same with one name for each host. If no scenario of the plan provokes anything, no names are resolved. */
export async function hostNames({ scenarios }: Plan): Promise<HostNames> {
  if (!scenarios.some(provokes)) return writtenHosts;
  const hosts = new Set(scenarios.flatMap((scenario) => writtenHosts(scenario) ?? []));
  if (hosts.size < 2) return writtenHosts;
  const nameOf = await sameHosts([...hosts].filter((host) => !host.includes('/')));
  return (scenario) => {
    const written = writtenHosts(scenario);
    return written && [...new Set(written.map(nameOf))];
  };
}
