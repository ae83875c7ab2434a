import type { Action } from '../headline.ts';
import type { Outage } from './outage.ts';
import { serviceOf } from './service-needs.ts';
import { activeOn, type Refused } from './traffic-limits.ts';
import type { CountedService, OpenSession } from './traffic-notes.ts';

/**
 * A service that refuses connections. Sendmail closes its ports for 15 s when MaxDaemonChildren are open, and xinetd
 * for as long as `cps` says. A server that is down refuses connections as well, but no longer replies on those that it
 * accepted before.
 */
export interface ClosedPort {
  since: number;
  /** When it closed its port; `since` is later if it was seen to run in the meantime. */
  readonly began: number;
  /** When to connect again. */
  until: number;
  /** Milliseconds between the last attempt and the next one. */
  every: number;
  /** The connections that were open, by their last action: a reply to a later one shows that the server still runs. */
  readonly witnesses: ReadonlyMap<OpenSession, Action>;
  /** How many connections the server had accepted by then. */
  readonly open: number;
  /** The server still runs. */
  lives?: true;
}

/**
 * Milliseconds in which a reply on an open connection of the service must show that the server still runs (those
 * connections would be waited for in any case), and in which another service of the host may do so.
 */
const doubt = { witnessed: 10_000, other: 1000 };
/**
 * Milliseconds for which a server may keep its port closed: Sendmail's 15 s, and some to spare; and in all if it was
 * seen to run meanwhile.
 */
const longest = { alone: 20_000, inAll: 60_000 };
/** Milliseconds between two attempts: the first interval, which then doubles, and the longest. */
const tryEvery = { first: 50, most: 2000 };
/** Timers may fire a little before their time. */
const early = 10;
/** How often a scenario may find the port closed, and how often a server may close it although one connection was open. */
const mostClosings = 3;

export function isRefused(outage: Outage | undefined): boolean {
  if (outage?.stage !== 'connect' || outage.headline.kind !== 'no service') return false;
  const { fault } = outage.headline;
  return fault?.kind === 'unreachable' && fault.how === 'refused';
}

/** Whether it is too early to connect again. */
export function isClosed({ closed }: CountedService, now: number): boolean {
  return closed !== undefined && now < closed.until - early;
}

/**
 * When to connect again to a service that refused a scenario; `undefined` if that would not help. `own`: the scenario's
 * connections.
 */
export function afterRefusal(service: CountedService, own: number, known: Refused, now: number): number | undefined {
  const counter = service.host ?? service;
  const others = (service.host === undefined ? service.active : activeOn(service.host)) - own;
  service.closed ??= closedNow(service, others, now);
  const { closed } = service;
  if (known.closed !== closed) known.closings++;
  known.closed = closed;
  const isByItself = own > 1 && others === 0;
  const exceeds = isByItself && (counter.closesPort || known.closings > 1);
  // One program listens on all ports, and closes all of them.
  const isKnown = counter.closesPort || service.host?.services.some((other) => other.closed?.lives);
  if (isKnown || endedInOrder(service)) noteLife(service, isByItself);
  // Connections that are still open keep its ports closed.
  if (others > 0) stillRuns(closed, now);
  // From now on one scenario tries, for all ports of the host, until it is greeted.
  if (counter.closesPort) counter.refusing = true;
  if (closed.lives && now - closed.since >= longest.alone) delete closed.lives;
  if (exceeds || known.closings > mostClosings || (counter.closings ?? 0) > mostClosings) return undefined;
  if (!closed.lives && !mayLive(service, others, now)) return undefined;
  if (!isClosed(service, now)) {
    closed.until = now + closed.every;
    closed.every = Math.min(2 * closed.every, tryEvery.most);
  }
  return closed.until;
}

/** Whether a reply may still show that the server runs. */
function mayLive(service: CountedService, others: number, now: number): boolean {
  const waits = ({ closed }: CountedService) =>
    closed !== undefined && now - closed.since < doubt.witnessed && [...closed.witnesses.keys()].some(isOpen);
  if (waits(service) || service.host?.services.some(waits)) return true;
  return others > 0 && now - (service.closed?.since ?? now) < doubt.other;
}

/**
 * Whether several connections were open when the service accepted its last one, and all of them ended in order: a
 * server that stops or bans the client cuts some.
 */
function endedInOrder(service: CountedService): boolean {
  const all = [...(service.host ?? service).open];
  const isOwn = ({ target }: OpenSession) => serviceOf(target) === serviceOf(service.target);
  return all.length > 1 && all.some(isOwn) && all.every((each) => !isOpen(each) && each.owed === 0);
}

/** Notes a reply on a connection that was open before. */
export function noteReply(service: CountedService, session: OpenSession): void {
  const action = service.closed?.witnesses.get(session);
  if (action !== undefined && action !== session.lastAction) noteLife(service);
}

/**
 * The server refuses connections, but still runs: halves the number of simultaneous connections. `byItself`: they are
 * those of a single scenario.
 */
export function noteLife(service: CountedService, byItself = false): void {
  const { closed, host } = service;
  if (closed === undefined || closed.lives) return;
  const isKnown = host?.services.some((other) => other.closed?.lives);
  closed.lives = true;
  if (isKnown) return;
  const counter = host ?? service;
  if (closed.open === 1 && !byItself) counter.closings = (counter.closings ?? 0) + 1;
  const most = Math.min(counter.cap ?? closed.open, closed.open);
  if (counter.cap === undefined || !byItself) counter.cap = Math.max(1, Math.floor(most / 2));
  Object.assign(counter, { limit: counter.limit ?? '', closesPort: true, refusing: true, most: 0, floor: 0 });
  // Together with its port it closed the connections that waited there.
  for (const each of host?.services ?? [])
    if (each.limit === '') {
      delete each.limit;
      delete each.cap;
    }
}

/** Notes that a server accepted a connection, and then closed it without a word: it closed its ports anew. */
export function noteAccepts(service: CountedService, now: number): void {
  for (const { closed } of service.host?.services ?? [service]) if (closed !== undefined) stillRuns(closed, now);
}

function stillRuns(closed: ClosedPort, now: number): void {
  if (closed.lives && now - closed.began < longest.inAll) closed.since = now;
}

/** Notes that a service accepts connections. Its server may open its other ports a little later. */
export function noteOpen(service: CountedService): void {
  delete service.closed;
}

function closedNow(service: CountedService, others: number, now: number): ClosedPort {
  const { open } = service.host ?? service;
  const sessions = [...open].filter(isOpen);
  const isOwn = ({ target }: OpenSession) => serviceOf(target) === serviceOf(service.target);
  return {
    since: now,
    began: now,
    until: now,
    every: tryEvery.first,
    witnesses: new Map(sessions.filter(isOwn).map((each) => [each, each.lastAction])),
    open: Math.max(sessions.length, others, 1),
  };
}

function isOpen({ finished, transport }: OpenSession): boolean {
  return !finished && !transport.ended;
}
