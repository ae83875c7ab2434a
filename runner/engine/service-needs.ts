import { byIdentity } from '../by-identity.ts';
import type { Expectation, Scenario, Target } from '../plan.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import type { TlsOptions } from '../server-options.ts';
import { dialogueOf, factsOf, type Step } from '../steps.ts';

/**
 * How far a server must let its clients, each stage after the one before: it accepts the connection, it sends
 * something, TLS from the first octet succeeds, it answers a command; and independently of these, a handshake after
 * STARTTLS gets an answer, and succeeds.
 */
export const stages = ['connect', 'answer', 'tls', 'command', 'handshake', 'starttls'] as const;
export type Stage = (typeof stages)[number];

/** A server that a scenario needs to come to a result. */
export interface ServiceNeed {
  readonly service: string;
  readonly target: Target;
  readonly stages: ReadonlySet<Stage>;
  /** How many of the scenario's connections go to it. */
  readonly units: number;
}

/** A server that a scenario connects to. */
export type Contact = Pick<ServiceNeed, 'target' | 'units'>;

/** One name for each way to reach a server. `undefined` for programs, and if the URL is not known before the run. */
export const serviceOf = byIdentity(({ url, options }: Target): string | undefined => {
  if (typeof url !== 'string') return undefined;
  const { family, localAddress, proxyProtocol, tls } = options;
  try {
    if (parseServerUrl(url).address.to === 'command') return undefined;
  } catch {
    return undefined;
  }
  return JSON.stringify([url.toLowerCase(), family, localAddress, proxyProtocol, tls]);
});

/**
 * The servers that a scenario needs, in the order of their first use. A server is not needed at a stage where the
 * scenario expects its refusal, silence or a failed handshake, or after a command of the scenario, which may start it.
 * Scenarios with a known issue need nothing, since they are known to fail.
 */
export function needsOf({ skip, knownIssue, dialogue, connections }: Scenario): readonly ServiceNeed[] {
  return skip !== undefined || knownIssue !== undefined ? none : needsIn(dialogue)(connections);
}

/** The servers that it connects to, as far as they are known: those that it needs, and those at whose port it only looks. */
export function contactsOf({ skip, dialogue, connections }: Scenario): readonly Contact[] {
  return skip !== undefined ? none : contactsIn(dialogue)(connections);
}

const contactsIn = byIdentity((dialogue: Scenario['dialogue']) => {
  const looks = flat(dialogue).filter(({ kind }) => kind === 'port');
  return byIdentity((connections: Scenario['connections']): readonly Contact[] => {
    const needs = needsIn(dialogue)(connections);
    const looked = new Map<string, Contact>();
    for (const step of looks) {
      const target = connections.get(step.on);
      const service = target && serviceOf(target);
      if (service !== undefined && looksAt(step, target)) looked.set(service, { target, units: 1 });
    }
    for (const { service } of needs) looked.delete(service);
    return looked.size === 0 ? needs : [...needs, ...looked.values()];
  });
});

/** Whether a step looks at the port of its connection's server. */
export function looksAt(step: Step, target: Target | undefined): target is Target {
  if (step.kind !== 'port' || typeof target?.url !== 'string') return false;
  const { address } = parseServerUrl(target.url);
  return address.to === 'network' && (typeof step.port !== 'string' || Number(step.port) === address.port);
}

const none: readonly ServiceNeed[] = [];

/** The cases of a scenario mostly have both in common. */
const needsIn = byIdentity((dialogue: Scenario['dialogue']) =>
  byIdentity((connections: Scenario['connections']) => needsFor(dialogue, connections)),
);

function needsFor(dialogue: Scenario['dialogue'], connections: Scenario['connections']): readonly ServiceNeed[] {
  const needs = new Map<string, ServiceNeed & { readonly stages: Set<Stage> }>();
  const add = (target: Target, ...added: readonly Stage[]) => {
    const service = serviceOf(target);
    if (service === undefined) return;
    const need = needs.get(service) ?? { service, target, stages: new Set(), units: unitsOf(connections, service) };
    for (const stage of added) need.stages.add(stage);
    needs.set(service, need);
  };
  for (const use of usesIn(dialogue)) {
    if (use.kind === 'command') break;
    if (use.kind === 'check') {
      add(use.target, 'connect', 'answer', ...(asksForTls(use.target) ? (['command', 'handshake'] as const) : []));
      continue;
    }
    const target = connections.get(use.on);
    if (target === undefined) continue;
    if (use.kind === 'handshake') add(target, 'handshake', ...(use.isPlain ? (['starttls'] as const) : []));
    else if (use.bears) add(target, 'connect');
    else add(target, 'connect', 'answer', 'tls', ...(use.commands ? (['command'] as const) : []));
  }
  return [...needs.values()];
}

/** Whether a check of the server's TLS sends commands before the handshake. */
export function asksForTls({ url }: Target): boolean {
  return typeof url === 'string' && !parseServerUrl(url).implicitTls;
}

/** A check has a connection of its own. */
function unitsOf(connections: Scenario['connections'], service: string): number {
  let units = 0;
  for (const target of connections.values()) if (serviceOf(target) === service) units++;
  return Math.max(units, 1);
}

type Handshake = Extract<Step, { readonly kind: 'starttls' | 'handshake' }>;

type Use =
  /**
   * The first use of a connection. `bears`: its end or silence would be fine as the first observation. `commands`: a
   * command must be answered.
   */
  | { readonly kind: 'session'; readonly on: string; readonly bears: boolean; readonly commands: boolean }
  /** A handshake after STARTTLS that must succeed. `isPlain`: with the server's own options. */
  | { readonly kind: 'handshake'; readonly on: string; readonly isPlain: boolean }
  | { readonly kind: 'check'; readonly target: Target }
  | { readonly kind: 'command' };

function usesIn(dialogue: readonly Step[]): readonly Use[] {
  const uses: Use[] = [];
  const opened = new Set<string>();
  const steps = flat(dialogue);
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'run') uses.push({ kind: 'command' });
    if ((step.kind === 'tls' || step.kind === 'certificate') && step.of !== 'connection')
      uses.push({ kind: 'check', target: step.of });
    else if (isSession(step) && !opened.has(step.on)) {
      opened.add(step.on);
      const rest = steps.slice(at).filter((each) => each.on === step.on);
      uses.push({ kind: 'session', on: step.on, bears: bears(rest), commands: commands(rest) });
    }
    if (mustSucceed(step)) uses.push({ kind: 'handshake', on: step.on, isPlain: hasNone(step.tls) && !step.otherwise });
  }
  return uses;
}

function flat(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => [step, ...flat(dialogueOf(step))]);
}

function isSession(step: Step): boolean {
  const { connection } = factsOf(step);
  return connection === 'always' || step.kind === 'certificate';
}

/** A handshake that must succeed, with the server's own options. */
export function isPlainHandshake(step: Step): step is Handshake {
  return mustSucceed(step) && hasNone(step.tls);
}

function mustSucceed(step: Step): step is Handshake {
  const isHandshake = step.kind === 'starttls' || step.kind === 'handshake';
  return isHandshake && step.fails === false && (step.otherwise === undefined || step.otherwise === 'skip');
}

/** A handshake that must succeed, and offers what the server's own options do: if it gets no answer, none of these does. */
export function isUsualHandshake(step: Step): boolean {
  return mustSucceed(step) && offersUsual(step.tls);
}

/** Whether options change nothing of what the server sees before it answers. */
export function offersUsual(tls: TlsOptions): boolean {
  return Object.keys(tls).every((key) => key === 'ca' || key === 'verify' || key === 'verifyName');
}

/** Whether the server's own options are used. */
function hasNone(tls: TlsOptions): boolean {
  return Object.keys(tls).length === 0;
}

/** Whether the connection's first expectation is met by its end or by silence. */
function bears(steps: readonly Step[]): boolean {
  for (const step of steps) {
    if (step.kind === 'handshake') return step.fails !== false;
    if (step.expect !== undefined) return mayStayUnmet(step, step.expect);
    if (factsOf(step).proves) return false;
  }
  return false;
}

/** Whether the second expectation, after that of the greeting, can only be met by a reply. */
function commands(steps: readonly Step[]): boolean {
  const [, second] = steps.filter(({ expect }) => expect !== undefined);
  return second?.expect !== undefined && !mayStayUnmet(second, second.expect);
}

/**
 * Whether the end of the connection or silence is acceptable. `otherwise: skip` does not count: it is not known what
 * the server would have replied.
 */
function mayStayUnmet({ otherwise }: Step, expectation: Expectation): boolean {
  return (otherwise !== undefined && otherwise !== 'skip') || mayBeNone(expectation);
}

function mayBeNone(expectation: Expectation): boolean {
  if (expectation.kind !== 'reply') return true;
  const { conditions } = expectation;
  return (
    conditions.length > 0 &&
    conditions.every(
      (condition) =>
        (condition.kind === 'not' && condition.of.kind !== 'reply') ||
        (condition.kind === 'one_of' && condition.of.some(mayBeNone)),
    )
  );
}
