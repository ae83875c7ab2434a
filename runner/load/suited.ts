import type { HttpRequest } from '../http-request.ts';
import type { Plan, Scenario, Target, Template, Text } from '../plan.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import { childrenOf, type Step } from '../steps.ts';

/** A scenario that cannot run as load, and why. */
export interface LeftOut {
  readonly scenario: Scenario;
  readonly why: string;
}

/** The scenarios that many clients can run at the same time, and the others. */
export function suitedTo({ scenarios }: Plan): {
  readonly suited: readonly Scenario[];
  readonly leftOut: readonly LeftOut[];
} {
  const leftOut = scenarios.flatMap((scenario) => {
    const why = unfitness(scenario);
    return why === undefined ? [] : [{ scenario, why }];
  });
  const unfit = new Set(leftOut.map(({ scenario }) => scenario));
  return { suited: scenarios.filter((scenario) => !unfit.has(scenario)), leftOut };
}

function unfitness({ skip, provokes, exclusive }: Scenario): string | undefined {
  if (skip !== undefined) return `it is skipped: ${skip}`;
  if (provokes.length > 0) return `it provokes the server's defenses (${provokes.join(', ')})`;
  return exclusive.length > 0 ? `it needs ${exclusive.map((name) => `"${name}"`).join(', ')} for itself` : undefined;
}

/** The hosts other than this machine that the scenarios connect to, as written. */
export function otherHosts(scenarios: readonly Scenario[]): readonly string[] {
  const hosts = new Set<string>();
  for (const { connections, dialogue, after } of scenarios) {
    for (const target of connections.values()) hosts.add(hostOf(target));
    for (const step of [...dialogue, ...after]) for (const host of hostsIn(step)) hosts.add(host);
  }
  return [...hosts].filter((host) => host !== thisMachine);
}

const thisMachine = '';
const unknown = 'a host that is known only during the run';

function hostOf({ url }: Target): string {
  if (typeof url !== 'string') return unknown;
  const { address } = parseServerUrl(url);
  return address.to === 'network' ? named(address.host) : thisMachine;
}

/** The hosts that a step contacts in addition to the scenario's connections. */
function hostsIn(step: Step): readonly string[] {
  const own: string[] = [];
  if ('of' in step && step.of !== 'connection') own.push(hostOf(step.of));
  if ('host' in step) own.push(named(step.host));
  if ('resolver' in step && step.resolver !== undefined) own.push(named(step.resolver));
  if ('request' in step) own.push(hostOfRequest(step.request));
  return [...own, ...childrenOf(step).flatMap(hostsIn)];
}

function hostOfRequest({ url, address }: HttpRequest): string {
  if (address !== undefined) return named(address);
  return typeof url === 'string' && URL.canParse(url) ? named(new URL(url).hostname) : unknown;
}

/** Names: RFC 6761 section 6.3. Addresses: RFC 1122 section 3.2.1.3 and RFC 4291 section 2.5.3. */
const loopback = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?)(?::\d+)?$/i;

function named(host: Text): string {
  if (typeof host !== 'string') return isOwnServer(host) ? thisMachine : unknown;
  return loopback.test(host) ? thisMachine : host;
}

/** `${server.host}` is the host of a connection, which is included already. */
function isOwnServer({ parts: [first, ...more] }: Template): boolean {
  return typeof first === 'object' && first.name === 'server.host' && first.filters.length === 0 && more.length === 0;
}
