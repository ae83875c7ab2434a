import type { Scenario, Target } from '../plan.ts';
import { pause } from '../transport/pause.ts';
import { createDoubts } from './doubts.ts';
import type { Outage } from './outage.ts';
import { type ProbeContext, probe } from './probe.ts';
import { type Stage, stages } from './service-needs.ts';
import { type Circuit, createServices, type ServerState } from './services.ts';

/** The number of consecutive scenarios that must fail for one cause before the server counts as unusable. */
const enough = 3;
/**
 * The same if the server never answered, or no handshake, or not even mailspec's own simplest command, and the scenario
 * waited as long as the configuration says: each further one costs as much time.
 */
const enoughSilent = 1;
/** Milliseconds between two probes of a server: the first interval, which then doubles, and the longest. */
const probeEvery = { first: 250, most: 8000 };
/**
 * Milliseconds that scenarios wait for a server when nothing else is left to run, and that a probe may take: about the
 * time of a restart.
 */
const patience = 1000;

/** Keeps track of which servers cannot be used, so that not every scenario has to find out. */
export interface Breaker {
  /** Whether a scenario may start now: its servers can be used, or are known to be unusable. */
  admits(scenario: Scenario): boolean;
  start(scenario: Scenario): void;
  end(scenario: Scenario): void;
  /** Why a scenario cannot check the server. Probes the server again if the last probe was some time ago. */
  blocks(scenario: Scenario): Promise<Outage | undefined> | Outage | undefined;
  /** Why a new connection to a server would get no answer. Probes the server first. */
  silence(target: Target): Promise<Outage | undefined>;
  /**
   * Notes that a scenario failed for an outage. Returns whether other scenarios had already shown that the server is
   * the cause.
   */
  lost(scenario: Scenario, outage: Outage): boolean;
  /** Whether another attempt would end for a cause that is known by now. */
  isOpen(scenario: Scenario): boolean;
  /**
   * Awaits something that shows that a server lets scenarios past this stage. Scenarios that need this, too, do not start
   * meanwhile if it takes long, and nobody has got past it. Resolves or rejects like `answer`.
   */
  during<Answer>(scenario: Scenario, target: Target, stage: Stage, answer: Promise<Answer>): Promise<Answer>;
  /** Whether a server has answered no command yet, not even the simplest, which mailspec sent itself. */
  isMute(target: Target): Promise<boolean>;
  /** A server let a scenario reach this stage. */
  reached(target: Target, stage: Stage): void;
  /** Probes servers again when it is time. */
  tick(): void;
  /** Whether scenarios wait for a server to come back. */
  readonly holds: boolean;
  /** How many running scenarios only wait for a server that has let nobody past a stage yet. */
  readonly idle: number;
  /** Waits a little for servers to come back, then gives up on them. */
  settle(): Promise<void>;
  /** Called when more scenarios may start. */
  onChange: () => void;
  stop(): Promise<void>;
}

export function createBreaker(options: Omit<ProbeContext, 'deadline'>): Breaker {
  const services = createServices();
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const change = () => queueMicrotask(() => breaker.onChange());
  const broken = createBroken({ ...options, signal }, change);
  const foundMute = (circuit: Circuit) => {
    if (circuit.last?.how === 'silent' && circuit.ids.size > 0) broken.add(circuit, circuit.last);
  };
  const doubts = createDoubts({ ...options, signal }, foundMute, change);
  const breaker: Breaker = {
    onChange: () => undefined,
    admits(scenario) {
      const first = services.first(scenario);
      if (first === undefined) return true;
      if (broken.size + doubts.size > 0) {
        const circuits = services.circuits(scenario);
        if (circuits.some(isHeld) || doubts.holds(circuits)) return false;
      }
      const lost = mostLost(first);
      // While the server is in doubt, no more scenarios start than are needed to find out.
      return (first.known && lost === 0) || first.running + lost < enough;
    },
    start(scenario) {
      const first = services.first(scenario);
      if (first !== undefined) first.running++;
    },
    end(scenario) {
      const first = services.first(scenario);
      if (first !== undefined) first.running--;
      doubts.end(scenario);
    },
    blocks(scenario) {
      if (broken.size === 0) return undefined;
      const circuit = services.circuits(scenario).find(isBroken);
      if (circuit === undefined || !broken.isDue(circuit)) return circuit?.outage;
      const asked = broken.ask(circuit, patience);
      // Nobody waits for the probe of a silent server, since it takes long.
      return circuit.outage?.how === 'silent' ? circuit.outage : asked.then(() => circuit.outage);
    },
    async silence(target) {
      const circuit = broken.size > 0 ? silentIn(services.find(target)) : undefined;
      if (circuit !== undefined) await broken.ask(circuit, patience);
      return circuit?.outage;
    },
    isOpen: (scenario) => broken.size > 0 && services.circuits(scenario).some(isBroken),
    lost(scenario, outage) {
      const service = services.find(outage.target);
      const circuit = service?.circuits.get(outage.stage);
      if (service === undefined || circuit === undefined || scenario.knownIssue !== undefined || outage.isLook)
        return false;
      if (isBroken(circuit)) return !circuit.ids.has(scenario.id);
      if (circuit.code !== outage.code) circuit.ids.clear();
      circuit.code = outage.code;
      circuit.ids.add(scenario.id);
      circuit.last = outage;
      if (circuit.ids.size < enoughFor(outage, circuit, service)) return false;
      service.known = true;
      broken.add(circuit, outage);
      return false;
    },
    reached(target, stage) {
      const service = services.find(target);
      if (service === undefined) return;
      let isNew = !service.known;
      service.known = true;
      for (const each of passedBy[stage]) {
        const circuit = service.circuits.get(each);
        if (circuit === undefined) continue;
        isNew ||= !circuit.passed;
        circuit.passed = true;
        if (circuit.ids.size > 0) broken.mend(circuit);
      }
      if (isNew) change();
    },
    during(scenario, target, stage, answer) {
      const circuit = services.find(target)?.circuits.get(stage);
      return circuit === undefined ? answer : doubts.during(scenario, target, circuit, answer);
    },
    isMute: async (target) => doubts.isMute(services.find(target)?.circuits.get('command')),
    tick: () => broken.askDue(),
    get holds() {
      return broken.held().length > 0 || doubts.asks;
    },
    get idle() {
      return doubts.idle;
    },
    async settle() {
      await doubts.asked();
      await broken.settle();
    },
    async stop() {
      ended.abort();
      await Promise.all([broken.asked(), doubts.asked()]);
    },
  };
  return breaker;
}

/** The broken circuits, and the probes of their servers. */
function createBroken(context: Omit<ProbeContext, 'deadline'>, change: () => void) {
  const { clock } = context;
  const broken = new Set<Circuit>();
  const mend = (circuit: Circuit) => {
    circuit.passed = true;
    circuit.ids.clear();
    circuit.outage = undefined;
    circuit.givenUp = false;
    broken.delete(circuit);
    change();
  };
  const look = async (circuit: Circuit, { target }: Outage, limit: number) => {
    const isGood = await probe(target, circuit.stage, { ...context, deadline: clock() + limit });
    circuit.probed = clock();
    circuit.every = Math.min(2 * circuit.every, probeEvery.most);
    circuit.probing = undefined;
    if (isGood) mend(circuit);
  };
  const ask = async (circuit: Circuit, limit: number): Promise<void> => {
    if (circuit.outage !== undefined) circuit.probing ??= look(circuit, circuit.outage, limit);
    await circuit.probing;
  };
  const held = () => [...broken].filter(isHeld);
  const isDue = ({ probed, every }: Circuit) => clock() - probed >= every;
  return {
    get size() {
      return broken.size;
    },
    held,
    isDue,
    mend,
    ask,
    add(circuit: Circuit, outage: Outage) {
      Object.assign(circuit, { outage, probed: clock(), every: probeEvery.first });
      broken.add(circuit);
      change();
    },
    askDue() {
      for (const circuit of broken) if (isHeld(circuit) && isDue(circuit)) void ask(circuit, patience);
    },
    async settle() {
      const until = clock() + patience;
      // Silent servers had more time than that.
      for (const circuit of held())
        if (circuit.outage?.how === 'silent') Object.assign(circuit, { givenUp: true, probed: clock() });
      const waited = held();
      while (waited.length > 0) {
        await Promise.all(waited.map((circuit) => ask(circuit, Math.max(until - clock(), probeEvery.first))));
        if (context.signal.aborted || !waited.every(isBroken)) return;
        if (clock() >= until) break;
        await pause(probeEvery.first, context.signal).catch(() => undefined);
      }
      for (const circuit of waited) circuit.givenUp = true;
    },
    async asked() {
      await Promise.all([...broken].map(({ probing }) => probing));
    },
  };
}

function enoughFor({ how, stage }: Outage, { passed, mute }: Circuit, { known }: ServerState): number {
  // A first command may be one that a server leaves without an answer; mailspec's own and a plain handshake are not.
  const isNew = !known || (!passed && (stage === 'handshake' || mute === true));
  return how === 'silent' && isNew ? enoughSilent : enough;
}

/** The most scenarios that failed alike so far on a server whose state is not known yet. */
function mostLost({ circuits }: ServerState): number {
  let most = 0;
  for (const circuit of circuits.values()) if (!isBroken(circuit)) most = Math.max(most, circuit.ids.size);
  return most;
}

function isBroken({ outage }: Circuit): boolean {
  return outage !== undefined;
}

function isHeld({ outage, givenUp }: Circuit): boolean {
  return outage !== undefined && !givenUp;
}

/** The circuit that leaves new connections without an answer. */
function silentIn(service: ServerState | undefined): Circuit | undefined {
  const circuits = [...(service?.circuits.values() ?? [])];
  return circuits.find(({ outage, stage }) => outage?.how === 'silent' && stage !== 'handshake');
}

/** The stages that a server has passed when it reaches a stage. */
const passedBy: Readonly<Record<Stage, readonly Stage[]>> = {
  connect: ['connect'],
  answer: ['connect', 'answer'],
  tls: ['connect', 'answer', 'tls'],
  command: ['connect', 'answer', 'tls', 'command'],
  handshake: ['connect', 'answer', 'tls', 'command', 'handshake'],
  starttls: stages,
};
