import { byIdentity } from '../by-identity.ts';
import type { Scenario, Target } from '../plan.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import type { RunNote } from '../result.ts';
import { pause } from '../transport/pause.ts';
import type { Attempt } from './attempt.ts';
import { announcedLimit, announcedWait, countsMessages, countsTogether } from './defenses.ts';
import { needsOf, type ServiceNeed, serviceOf } from './service-needs.ts';
import { type Host, notesOf, notesOfHost, type Service } from './traffic-notes.ts';

/** Controls how fast and how often servers are contacted, so that servers that defend themselves can be tested. */
export interface Traffic {
  /** Whether the scenario's servers accept it now. */
  admits(scenario: Scenario): boolean;
  start(scenario: Scenario): void;
  end(scenario: Scenario): void;
  /** Waits until a new connection may be opened. */
  turn(target: Target, signal: AbortSignal, extend: (ms: number) => void): void | Promise<void>;
  /** The server sent something on a connection. */
  accepted(target: Target): void;
  /** When to run a scenario again that a defense refused; `undefined` if that would not help. */
  again(scenario: Scenario, attempt: Attempt): number | undefined;
  /** How often a defense made the scenario run again. The names that it derives from its id must differ each time. */
  tries(scenario: Scenario): number;
  /** What the user should know about the servers, one note for each. */
  notes(): readonly RunNote[];
}

/** What is known of a scenario that a defense refused. */
interface Refused {
  tries: number;
  /** How often a limit refused it although nothing else had connected for a minute. */
  alone: number;
  /** Since when it has been waiting for a greylist. */
  readonly since: number;
}

const minute = 60_000;
/** Servers count by their own clock, and in whole minutes. */
const margin = 1000;
/** The most attempts at one scenario because of a server's defenses. */
const mostTries = 16;
/** A scenario that is refused more often with the server to itself exceeds the limit by what it does. */
const mostAlone = 2;
/** Milliseconds after which a scenario runs again if the server does not say when. */
const soon = 50;
/**
 * The number of attempts in which an ended connection may still count: servers notice the end a little later than we
 * do.
 */
const belatedTries = 8;
/**
 * Milliseconds for which a server may still count ended connections: with Courier, until their processes have ended.
 */
const belatedTime = 10_000;
const greylistEvery = [2000, 5000, 15_000, 30_000, 60_000];

export function createTraffic({ clock }: { readonly clock: () => number }): Traffic {
  const services = new Map<string, Service>();
  const hosts = new Map<string, Host>();
  /** By scenario. */
  const refused = new Map<string, Refused>();
  const find = (target: Target): Service | undefined => {
    const name = serviceOf(target);
    if (name === undefined) return undefined;
    const known = services.get(name);
    if (known !== undefined) return known;
    const { connectionsPerMinute } = target.options;
    const interval = connectionsPerMinute === undefined ? 0 : (minute + margin) / connectionsPerMinute;
    const service: Service = {
      target,
      host: hostOf(target, hosts),
      active: 0,
      interval,
      next: 0,
      opened: [],
      total: 0,
      refusals: 0,
    };
    service.host?.services.push(service);
    services.set(name, service);
    return service;
  };
  const uses = byIdentity((needs: readonly ServiceNeed[]) =>
    needs.flatMap(({ target, units }) => {
      const service = find(target);
      return service === undefined ? [] : [{ service, units }];
    }),
  );
  const add = (scenario: Scenario, sign: 1 | -1) => {
    for (const { service, units } of uses(needsOf(scenario))) service.active += sign * units;
  };
  return {
    admits: (scenario) =>
      uses(needsOf(scenario)).every(
        ({ service: { cap, active, host }, units }) =>
          isBelow(cap, active, units) && (host?.cap === undefined || isBelow(host.cap, activeOn(host), units)),
      ),
    start: (scenario) => add(scenario, 1),
    end: (scenario) => add(scenario, -1),
    turn(target, signal, extend) {
      const service = find(target);
      if (service === undefined) return undefined;
      const now = clock();
      const at = Math.max(now, service.next);
      service.next = at + service.interval;
      service.opened.push(at);
      service.total++;
      forgetOld(service, now);
      if (at <= now) return undefined;
      // Before the wait, which may be longer than the scenario's whole time limit.
      extend(at - now);
      return pause(at - now, signal);
    },
    accepted(target) {
      const service = find(target);
      if (service !== undefined) service.accepted = true;
    },
    again(scenario, { defended, outage }) {
      const target = defended?.target ?? (outage?.code === 'connect.failed' ? undefined : outage?.target);
      const service = target && find(target);
      if (service === undefined) return undefined;
      if (defended?.defense === 'helo') service.helo ??= defended.said;
      if (defended?.defense === 'helo') return undefined;
      const known = refused.get(scenario.id) ?? { tries: 0, alone: 0, since: clock() };
      refused.set(scenario.id, known);
      known.tries++;
      if (defended?.defense === 'login delay') return afterLoginDelay(service, defended, clock());
      if (known.tries > mostTries) return undefined;
      if (defended?.defense === 'greylisting') return afterGreylist(service, defended, known, clock());
      return defended === undefined && outage?.how !== 'closed' && outage?.how !== 'not TLS'
        ? undefined
        : afterLimit(service, defended?.said, known, clock());
    },
    tries: ({ id }) => refused.get(id)?.tries ?? 0,
    notes: () => [...[...hosts.values()].flatMap(notesOfHost), ...[...services.values()].flatMap(notesOf)],
  };
}

/** Each entry is removed once: copying the others at every connection would cost a long run more than its dialogues. */
function forgetOld({ opened }: Service, now: number): void {
  while (opened[0] !== undefined && opened[0] <= now - minute) opened.shift();
}

function hostOf({ url }: Target, hosts: Map<string, Host>): Host | undefined {
  if (typeof url !== 'string') return undefined;
  const { address, protocol } = parseServerUrl(url);
  if (address.to !== 'network') return undefined;
  const key = JSON.stringify([protocol.title, address.host.toLowerCase()]);
  const host = hosts.get(key) ?? { services: [] };
  hosts.set(key, host);
  return host;
}

function activeOn({ services }: Host): number {
  return services.reduce((sum, { active }) => sum + active, 0);
}

/** A scenario that needs more than the cap runs alone. */
function isBelow(cap: number | undefined, active: number, units: number): boolean {
  return cap === undefined || active === 0 || active + units <= cap;
}

/**
 * Lowers the number of simultaneous connections by one; for all services of the host if the server counts them
 * together. If only one is left, limits them to as many a minute as were accepted in the last one.
 */
function afterLimit(service: Service, said: string | undefined, known: Refused, now: number): number | undefined {
  const { host } = service;
  const { tries } = known;
  service.refusals++;
  if (said !== undefined && countsMessages(said)) return afterMessageLimit(service, said, known, now);
  const active = host === undefined ? 0 : activeOn(host);
  const words = said ?? host?.limit;
  // If a server refuses the only connection to one of its ports, those to its other ports must be the reason.
  const isShared = active > service.active && (service.active === 1 || countsTogether(words ?? ''));
  if (host && words && (isShared || (host.cap !== undefined && active > 1))) {
    host.limit ??= words;
    // The server may still count one that has ended.
    if (tries === 1 && host.cap !== undefined && active <= host.cap) return now + soon;
    host.cap = fewer(host.cap, active, words);
    return now + soon;
  }
  if (service.active > 1 && service.perMinute === undefined) {
    service.limit ??= said ?? '';
    service.cap = fewer(service.cap, service.active, said ?? '');
    delete service.aloneSince;
    return now + soon;
  }
  // A server that closes a single connection without a word has another reason, unless it counts connections to its
  // other ports, or ones that have ended.
  if (said === undefined) {
    if ((active > 1 || host?.cap !== undefined) && tries <= belatedTries) return now + soon * tries;
    service.aloneSince ??= now;
    const hasAccepted = service.total - service.active > service.refusals;
    if (service.cap !== undefined && hasAccepted && now - service.aloneSince < belatedTime) return now + soon * tries;
    service.refuted = true;
    return undefined;
  }
  // The server may still count the last one.
  const isCapped = service.cap !== undefined || host?.cap !== undefined;
  if (isCapped && service.perMinute === undefined && tries <= belatedTries) return now + soon * tries;
  forgetOld(service, now);
  const accepted = service.opened.length - service.active;
  service.next = Math.max(service.next, (service.opened[0] ?? now) + minute + margin);
  // Other clients, an earlier run or the scenario itself reached the limit: fewer connections a minute would not help.
  if (accepted <= 0) return ++known.alone > mostAlone ? undefined : now + soon;
  service.limit ??= said;
  service.perMinute = Math.min(service.perMinute ?? accepted, accepted);
  service.interval = Math.max(service.interval, (minute + margin) / service.perMinute);
  delete service.cap;
  return now + soon;
}

/**
 * Waits until the server counts anew, and then halves the pace: connections send different numbers of messages. What
 * is refused during the wait only waits.
 */
function afterMessageLimit(service: Service, said: string, known: Refused, now: number): number | undefined {
  if (now < (service.anew ?? 0)) return now + soon;
  forgetOld(service, now);
  const accepted = service.opened.length - service.active;
  service.anew = now + minute + margin;
  service.next = service.anew;
  if (accepted <= 0) return ++known.alone > mostAlone ? undefined : now + soon;
  service.limit ??= said;
  service.perMinute = Math.max(1, Math.floor((service.perMinute ?? accepted) / 2));
  service.interval = (minute + margin) / service.perMinute;
  return now + soon;
}

/** One connection fewer than before, and no more than the refusal names: it may count those of one user only. */
function fewer(cap: number | undefined, active: number, said: string): number {
  return Math.max(1, Math.min((cap ?? active) - 1, active - 1, announcedLimit(said) ?? active));
}

function afterGreylist(
  service: Service,
  { said }: { readonly said: string },
  { tries, since }: { readonly tries: number; readonly since: number },
  now: number,
): number | undefined {
  service.greylisting ??= { said, over: false };
  const announced = announcedWait(said);
  const every = greylistEvery[tries - 1] ?? Number.POSITIVE_INFINITY;
  const at = announced === undefined ? Math.max(since + every, now + soon) : now + announced + margin;
  // If one scenario waited in vain, others would, too.
  service.greylisting.over ||= at - since > service.target.options.greylistingWait + 2 * margin;
  return service.greylisting.over ? undefined : at;
}

/** Gives each scenario a turn: once the first in line logs in, all others have to wait again. */
function afterLoginDelay(service: Service, { said }: { readonly said: string }, now: number): number | undefined {
  const delay = (announcedWait(said) ?? minute) + margin;
  service.loginDelay ??= { said, next: now, over: false };
  const known = service.loginDelay;
  const at = Math.max(now, known.next) + delay;
  if (at - now > service.target.options.loginDelayWait) {
    known.over = true;
    return undefined;
  }
  known.next = at;
  return at;
}
