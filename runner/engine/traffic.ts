import { byIdentity } from '../by-identity.ts';
import type { Scenario, Target } from '../plan.ts';
import type { RunNote, SlowingNote } from '../run-event.ts';
import { pause } from '../transport/pause.ts';
import type { Attempt } from './attempt.ts';
import { afterRefusal, isClosed, isRefused, noteAccepts, noteLife, noteOpen, noteReply } from './closed-port.ts';
import { announcedWait, countsUser } from './defenses.ts';
import { afterLogin, noteLogin, noteRun } from './login-limit.ts';
import { type Contact, contactsOf } from './service-needs.ts';
import type { Session } from './session.ts';
import {
  activeOn,
  afterLimit,
  exceedsByItself,
  forgetOld,
  isBelow,
  isWithoutLimit,
  margin,
  minute,
  noteGreeted,
  type Refused,
  soon,
  tlsLimitOf,
} from './traffic-limits.ts';
import { type CountedService, type Counter, createSlowed, notesOf, notesOfHost } from './traffic-notes.ts';
import { countersFor, createServices, hostsOf } from './traffic-services.ts';

/** Controls how fast and how often servers are contacted, so that servers that defend themselves can be tested. */
export interface Traffic {
  /** Whether the scenario's servers accept it now. */
  admits(scenario: Scenario): boolean;
  start(scenario: Scenario): void;
  end(scenario: Scenario): void;
  /** Waits until a new connection may be opened. `further`: it is not the only one of a step. */
  turn(target: Target, signal: AbortSignal, extend: (ms: number) => void, further?: 'further'): void | Promise<void>;
  /** Whether a limit may be why the server ended a connection. */
  mayLimit(target: Target): boolean;
  /**
   * Whether the server refused the last connection. `for a while`: it still runs, and closed its port because too many
   * were open.
   */
  refuses(target: Target): 'perhaps for good' | 'for a while' | undefined;
  /** The server sent something on a connection. `session`: it greeted, and the connection is still open. */
  accepted(target: Target, session?: Session): void;
  /** The server sent another reply. */
  replied(session: Session): void;
  /** The server accepted a login. */
  loggedIn(session: Session): void;
  /** When to run a scenario again that a defense refused; `undefined` if that would not help. */
  again(scenario: Scenario, attempt: Attempt): number | undefined;
  /**
   * Whether a server that ended a session after STARTTLS may say why in the next one: it names a limit on TLS sessions
   * only then.
   */
  explains(target: Target): boolean;
  /** How often a defense made the scenario run again. The names that it derives from its id must differ each time. */
  tries(scenario: Scenario): number;
  /** What the user should know about the servers, one note for each. */
  notes(): readonly RunNote[];
  /** The notes for which the run has begun to wait since the last call. */
  slowed(): readonly SlowingNote[];
  /** Called when more scenarios may start. */
  onChange: () => void;
}

/** The most attempts at one scenario because of a server's defenses. */
const mostTries = 16;
/** How often a server is asked why it ended a session after STARTTLS: it may have another reason. */
const mostAsked = 5;
const greylistEvery = [2000, 5000, 15_000, 30_000, 60_000];

export function createTraffic({ clock }: { readonly clock: () => number }): Traffic {
  const { services, find, share } = createServices();
  /** By scenario. */
  const refused = new Map<string, Refused>();
  const uses = byIdentity((contacts: readonly Contact[]) =>
    contacts.flatMap(({ target, units }) => {
      const service = find(target);
      return service === undefined ? [] : [{ service, units }];
    }),
  );
  const add = (scenario: Scenario, sign: 1 | -1) => {
    for (const { service, units } of uses(contactsOf(scenario))) service.active += sign * units;
  };
  /** The scenario's own connections among those that the service may count. */
  const ownOn = (service: CountedService, scenario: Scenario) =>
    uses(contactsOf(scenario))
      .filter((each) => each.service === service || (service.host !== undefined && each.service.host === service.host))
      .reduce((sum, { units }) => sum + units, 0);
  const eachCounter = (scenario: Scenario, act: (counter: Counter) => void) => {
    for (const { service } of uses(contactsOf(scenario))) for (const counter of countersFor(service)) act(counter);
  };
  /** Scenarios that will run again, and no longer count although they have not ended yet. */
  const leaving = new Set<Scenario>();
  const traffic: Traffic = {
    admits: (scenario) =>
      uses(contactsOf(scenario)).every(({ service, units }) => !isClosed(service, clock()) && isFree(service, units)),
    start(scenario) {
      add(scenario, 1);
      eachCounter(scenario, (counter) => noteStart(counter, scenario));
    },
    end(scenario) {
      if (!leaving.delete(scenario)) add(scenario, -1);
      eachCounter(scenario, (counter) => noteEnd(counter, scenario));
    },
    mayLimit: (target) => mayLimit(find(target)),
    refuses: (target) => refusalOf(find(target)),
    turn(target, signal, extend, further) {
      const service = find(target);
      if (service === undefined) return undefined;
      const now = clock();
      const isFull = service.cap !== undefined && service.active >= service.cap;
      const at = Math.max(now + (isFull ? (service.lag ?? 0) : 0), service.next);
      service.next = at + service.interval;
      if (further === undefined) {
        service.opened.push(at);
        service.total++;
      }
      forgetOld(service, now);
      if (at <= now) return undefined;
      // Before the wait, which may be longer than the scenario's whole time limit.
      extend(at - now);
      return pause(at - now, signal);
    },
    accepted(target, session) {
      const service = find(target);
      if (service === undefined) return;
      service.accepted = true;
      if (session === undefined) noteLife(service);
      else if (noteAccepted(service, session)) traffic.onChange();
    },
    replied(session) {
      const service = find(session.target);
      if (service !== undefined && session.securedAnew) service.secured = true;
      if (service?.closed !== undefined) noteReply(service, session);
    },
    loggedIn(session) {
      const service = find(session.target);
      if (service !== undefined) noteLogin(service.host ?? service, session);
    },
    again(scenario, attempt) {
      const { defended, outage } = attempt;
      const target =
        defended?.target ?? (outage?.code === 'connect.failed' && !isRefused(outage) ? undefined : outage?.target);
      const service = target && find(target);
      if (service !== undefined && defended?.defense === 'limit' && countsUser(defended.said ?? '')) share(service);
      const time =
        service && whenToRunAgain(service, scenario, attempt, { own: ownOn(service, scenario), refused, now: clock() });
      if (time === undefined) return undefined;
      leaving.add(scenario);
      add(scenario, -1);
      eachCounter(scenario, ({ logins }) => logins.runs.delete(scenario));
      return time;
    },
    explains: (target) => mayExplain(find(target)),
    tries: ({ id }) => refused.get(id)?.runs ?? 0,
    notes: () => [...[...hostsOf(services)].flatMap(notesOfHost), ...[...services.values()].flatMap(notesOf)],
    slowed: createSlowed(services),
    onChange: () => undefined,
  };
  return traffic;
}

function isFree(service: CountedService, units: number): boolean {
  const { host } = service;
  const isFreeOnHost =
    (host?.cap ?? host?.logins.cap) === undefined || host === undefined || isBelow(host, activeOn(host), units);
  return isBelow(service, service.active, units) && isFreeOnHost;
}

function noteStart(counter: Counter, scenario: Scenario): void {
  noteRun(counter, scenario);
  if (counter.refusing) counter.trying ??= scenario;
}

function noteEnd(counter: Counter, scenario: Scenario): void {
  counter.logins.runs.delete(scenario);
  if (counter.trying === scenario) counter.trying = undefined;
}

function mayLimit(service: CountedService | undefined): boolean {
  return service !== undefined && !isWithoutLimit(service);
}

function refusalOf(service: CountedService | undefined): ReturnType<Traffic['refuses']> {
  return service?.closed && (service.closed.lives ? 'for a while' : 'perhaps for good');
}

function mayExplain(service: CountedService | undefined): boolean {
  if (service?.secured !== true) return false;
  service.asked = (service.asked ?? 0) + 1;
  return service.asked <= mostAsked;
}

/** Notes that a service greeted. Returns whether it had refused connections before. */
function noteAccepted(service: CountedService, session: Session): boolean {
  delete service.aloneSince;
  noteOpen(service);
  let changed = false;
  for (const counter of countersFor(service)) {
    noteGreeted(counter, session);
    if (!counter.refusing) continue;
    counter.refusing = false;
    counter.trying = undefined;
    changed = true;
  }
  return changed;
}

/** When a service will accept the scenario that it refused. */
function whenToRunAgain(
  service: CountedService,
  scenario: Scenario,
  { defended, outage }: Attempt,
  { own, refused, now }: { readonly own: number; readonly refused: Map<string, Refused>; readonly now: number },
): number | undefined {
  if (defended?.defense === 'helo') service.helo ??= defended.said;
  if (defended?.defense === 'helo') return undefined;
  const { id } = scenario;
  const known = refused.get(id) ?? { runs: 0, tries: 0, closings: 0, wordless: 0, alone: 0, crowded: 0, since: now };
  refused.set(id, known);
  known.runs++;
  if (isRefused(outage)) return afterRefusal(service, own, known, now);
  if (outage?.how === 'closed') noteAccepts(service, now);
  known.tries++;
  if (defended?.defense === 'limit' && defended.afterTls && tlsLimitOf(service) === undefined) return undefined;
  if (defended?.defense === 'login delay') return afterLoginDelay(service, defended, now);
  if (known.tries > mostTries) return undefined;
  if (defended?.defense === 'limit' && defended.atLogin)
    return afterLogin(service.host ?? service, scenario, own) ? now + soon : undefined;
  if (defended?.defense === 'greylisting') return afterGreylist(service, defended, known, now);
  if (defended === undefined && outage?.how !== 'closed' && outage?.how !== 'not TLS') return undefined;
  if (exceedsByItself(service, own, known)) return undefined;
  return afterLimit(service, defended ?? { ungreeted: outage?.stage !== 'command' }, known, now);
}

function afterGreylist(
  service: CountedService,
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
function afterLoginDelay(
  service: CountedService,
  { said }: { readonly said: string },
  now: number,
): number | undefined {
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
