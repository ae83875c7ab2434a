import type { ClosedPort } from './closed-port.ts';
import { announcedLimit, countsMessages, countsOpen, countsTls, countsTogether } from './defenses.ts';
import type { CountedService, Counter, Host, OpenSession } from './traffic-notes.ts';

/** What is known of a scenario that a defense refused. */
export interface Refused {
  /** How often it ran and was put off. */
  runs: number;
  /** The same, except while a port was closed. */
  tries: number;
  /** The last time when it found a port closed, and how often it did. */
  closed?: ClosedPort;
  closings: number;
  /** How often it was refused without a word by a server that limits TLS sessions. */
  wordless: number;
  /** How often a limit refused it although nothing else had connected for a minute. */
  alone: number;
  /** How often it was refused while all open connections were its own, and more than one. */
  crowded: number;
  /** Since when it has been waiting for a greylist. */
  readonly since: number;
}

/** How a limit refused a scenario. `said`: the server's reply, if any. `ungreeted`: it did so instead of a greeting. */
export interface Refusal {
  readonly said?: string;
  readonly ungreeted?: boolean;
}

export const minute = 60_000;
/** Servers count by their own clock, and in whole minutes. */
export const margin = 1000;
/** The same without a word: the reason may be another one. */
const mostWordless = 4;
/** A scenario that is refused more often with the server to itself exceeds the limit by what it does. */
const mostAlone = 2;
/** Milliseconds after which a scenario runs again if the server does not say when. */
export const soon = 50;
/**
 * The number of attempts in which an ended connection may still count: servers notice the end a little later than we
 * do.
 */
const belatedTries = 8;
/**
 * Milliseconds for which a server may still count ended connections: with Courier, until their processes have ended.
 */
const belatedTime = 10_000;

/** Each entry is removed once: copying the others at every connection would cost a long run more than its dialogues. */
export function forgetOld({ opened }: CountedService, now: number): void {
  while (opened[0] !== undefined && opened[0] <= now - minute) opened.shift();
}

export function activeOn({ services }: Host): number {
  return services.reduce((sum, { active }) => sum + active, 0);
}

/** Whether a scenario may begin. One that needs more than the cap runs alone. */
export function isBelow(counter: Counter, active: number, units: number): boolean {
  if (active === 0) return true;
  if (counter.logins.cap !== undefined && active + units > counter.logins.cap) return false;
  if (counter.cap === undefined) return true;
  return !(counter.refusing && counter.trying) && active + units <= Math.max(counter.cap, floorOf(counter));
}

/** Notes that the server greeted one more. */
export function noteGreeted(counter: Counter, session: OpenSession): void {
  const { open } = counter;
  for (const each of open) if (each.finished || each.transport.ended) open.delete(each);
  open.add(session);
  counter.most = Math.max(counter.most, open.size);
  counter.floor = Math.max(counter.floor, open.size);
}

/**
 * Whether a scenario opens more connections at once than the server accepts: it was refused by itself for longer than a
 * server counts ended connections. What needs as many later is not given that time again.
 */
export function exceedsByItself(service: CountedService, own: number, known: Refused): boolean {
  const active = service.host === undefined ? service.active : activeOn(service.host);
  if (own < 2 || active > own || service.perMinute !== undefined) return false;
  known.crowded++;
  const isKnown = service.tooMany !== undefined && own >= service.tooMany;
  if (known.crowded <= (isKnown ? mostAlone : belatedTries)) return false;
  service.tooMany = Math.min(service.tooMany ?? own, own);
  return true;
}

/** The words with which the server of a service limits new TLS sessions; it does not say them on each of its ports. */
export function tlsLimitOf({ limit, host }: CountedService): string | undefined {
  return [limit, ...(host?.services ?? []).map((other) => other.limit)].find((each) => each && countsTls(each));
}

/** Whether it ends even a single connection without a word, and never did anything else. */
export function isWithoutLimit({ refuted, accepted }: CountedService): boolean {
  return refuted === true && accepted !== true;
}

function floorOf({ floor, refusesLater }: Counter): number {
  return refusesLater ? 0 : floor;
}

/**
 * Lowers the number of simultaneous connections by one; for all services of the host if the server counts them
 * together. If only one is left, limits them to as many a minute as were accepted in the last one.
 */
export function afterLimit(
  service: CountedService,
  { said, ungreeted = false }: Refusal,
  known: Refused,
  now: number,
): number | undefined {
  const { host } = service;
  const { tries } = known;
  service.refusals++;
  // It began no session, so it is not among those that the server accepted in this minute.
  if (said === undefined) service.opened.pop();
  const tlsLimit = said === undefined ? tlsLimitOf(service) : undefined;
  if (tlsLimit !== undefined)
    return ++known.wordless > mostWordless ? undefined : afterMessageLimit(service, tlsLimit, known, now);
  if (said === undefined && isWithoutLimit(service)) return undefined;
  if (said !== undefined && (countsMessages(said) || countsTls(said)))
    return afterMessageLimit(service, said, known, now);
  const active = host === undefined ? 0 : activeOn(host);
  const words = said ?? host?.limit;
  // If a server refuses the only connection to one of its ports, those to its other ports must be the reason.
  const isShared = active > service.active && (service.active === 1 || countsTogether(words ?? ''));
  if (host && words && (isShared || (host.cap !== undefined && active > 1))) {
    host.limit ??= words;
    host.cap = fewer(host, active, words, { tries, ungreeted });
    return later(service, tries, now);
  }
  if (service.active > 1 && service.perMinute === undefined) {
    service.limit ??= said ?? '';
    service.cap = fewer(service, service.active, said ?? '', { tries, ungreeted });
    delete service.aloneSince;
    return later(service, tries, now);
  }
  // A server that closes a single connection without a word has another reason, unless it counts connections to its
  // other ports, or ones that have ended.
  if (said === undefined) {
    if ((active > 1 || host?.cap !== undefined) && tries <= belatedTries) return later(service, tries, now);
    service.aloneSince ??= now;
    const hasAccepted = service.most > 0 || service.total - service.active > service.refusals;
    if (service.cap !== undefined && hasAccepted && now - service.aloneSince < belatedTime)
      return later(service, tries, now);
    service.refuted = true;
    if (!hasAccepted) delete service.cap;
    return undefined;
  }
  // The server may still count the last one.
  const isCapped = service.cap !== undefined || host?.cap !== undefined;
  if (isCapped && service.perMinute === undefined && tries <= belatedTries) return later(service, tries, now);
  if (countsOpen(said)) return tries <= belatedTries ? later(service, tries, now) : undefined;
  forgetOld(service, now);
  const accepted = service.opened.length - service.active;
  service.next = Math.max(service.next, (service.opened[0] ?? now) + minute + margin);
  if (accepted <= 0) return afterOthers(service, said, known, now);
  service.limit ??= said;
  service.perMinute = Math.min(service.perMinute ?? accepted, accepted);
  service.interval = Math.max(service.interval, (minute + margin) / service.perMinute);
  delete service.cap;
  return now + soon;
}

/** Other clients, an earlier run or the scenario itself reached the limit: fewer connections a minute would not help. */
function afterOthers(service: CountedService, said: string, known: Refused, now: number): number | undefined {
  if (++known.alone > mostAlone) return undefined;
  service.full = said;
  return now + soon;
}

/** Connections send different numbers of messages, but begin TLS once at most. */
function paceAfter(perMinute: number | undefined, accepted: number, said: string): number {
  if (!countsTls(said)) return Math.floor((perMinute ?? accepted) / 2);
  return perMinute === undefined ? accepted : Math.floor(perMinute * 0.75);
}

/** Waits until the server counts anew, and then slows down. What is refused during the wait only waits. */
function afterMessageLimit(service: CountedService, said: string, known: Refused, now: number): number | undefined {
  if (now < (service.anew ?? 0)) return now + soon;
  forgetOld(service, now);
  const accepted = service.opened.length - service.active;
  service.anew = now + minute + margin;
  service.next = service.anew;
  if (accepted <= 0) return afterOthers(service, said, known, now);
  // Connections that it closed without a word did not exceed a number of simultaneous ones.
  if (!service.limit) {
    service.limit = said;
    delete service.cap;
  }
  service.perMinute = Math.max(1, paceAfter(service.perMinute, accepted, said));
  service.interval = (minute + margin) / service.perMinute;
  return now + soon;
}

/**
 * One connection fewer than before, no more than the refusal names (it may count those of one user only), and no fewer
 * than have worked at once, while the server may still count ended ones.
 */
function fewer(
  counter: Counter,
  active: number,
  said: string,
  { tries, ungreeted }: { readonly tries: number; readonly ungreeted: boolean },
): number {
  if (!ungreeted) counter.refusesLater = true;
  if (active <= counter.floor && tries > belatedTries) counter.floor = 0;
  const cap = Math.min(counter.cap ?? active, active - 1, announcedLimit(said) ?? active);
  return Math.max(1, floorOf(counter), cap);
}

/** Any other connection would be refused until then as well. */
function later(service: CountedService, tries: number, now: number): number {
  const at = now + soon * tries;
  service.next = Math.max(service.next, at);
  service.lag = Math.min(Math.max(service.lag ?? 0, soon * (tries - 1)), soon * belatedTries);
  service.refusing = true;
  if (service.host !== undefined) service.host.refusing = true;
  return at;
}
