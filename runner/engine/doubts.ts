import type { Scenario, Target } from '../plan.ts';
import { pause } from '../transport/pause.ts';
import { isMute, type ProbeContext } from './probe.ts';
import type { Circuit } from './services.ts';

/** Milliseconds without an answer, after which a scenario that waits for one no longer counts towards `parallel`. */
const slowAfter = 250;

/** Milliseconds without an answer to a first command, after which mailspec itself asks the server. */
export function askAfter({ options }: Target): number {
  return Math.max(slowAfter, options.timeout / 5);
}

/**
 * Servers at which scenarios wait for an answer that the server has given nobody yet. Until it is known whether they
 * wait in vain, no other scenario that needs this answer starts.
 */
export interface Doubts {
  /** Awaits something that shows that the server lets scenarios past this stage. Resolves or rejects like `answer`. */
  during<Answer>(scenario: Scenario, target: Target, circuit: Circuit, answer: Promise<Answer>): Promise<Answer>;
  /** A scenario has ended, and what its waiting means is known. */
  end(scenario: Scenario): void;
  /** Whether a scenario must wait that needs all of these. If others wait for long, the server is asked. */
  holds(circuits: readonly Circuit[]): boolean;
  /** How many such servers and stages there are. */
  readonly size: number;
  /** How many running scenarios only wait for such an answer. */
  readonly idle: number;
  /** Whether a server has answered no command yet, not even when it was asked. */
  isMute(circuit: Circuit | undefined): Promise<boolean>;
  /** Whether servers are being asked, and when they no longer are. */
  readonly asks: boolean;
  asked(): Promise<void>;
}

/** `found` is called for a server that leaves even the simplest command without an answer. */
export function createDoubts(
  options: Omit<ProbeContext, 'deadline'>,
  found: (circuit: Circuit) => void,
  change: () => void,
): Doubts {
  const doubted = new Set<Circuit>();
  const asking = () => [...doubted].flatMap((circuit) => circuit.asking ?? []);
  const settle = (circuit: Circuit) => {
    if (circuit.waited.size === 0 && circuit.asking === undefined) {
      doubted.delete(circuit);
      circuit.overdue = undefined;
    }
    change();
  };
  const ask = async (circuit: Circuit, target: Target) => {
    const deadline = options.clock() + target.options.timeout;
    circuit.mute = await isMute(target, { ...options, deadline });
    circuit.asking = undefined;
    if (circuit.mute && !circuit.passed) found(circuit);
    settle(circuit);
  };
  return {
    during(scenario, target, circuit, answer) {
      if (circuit.passed) return answer;
      const over = new AbortController();
      const signal = AbortSignal.any([options.signal, over.signal]);
      let isLong = false;
      const watch = async () => {
        await pause(slowAfter, signal);
        isLong = true;
        circuit.waiting++;
        circuit.waited.add(scenario);
        doubted.add(circuit);
        change();
        await pause(askAfter(target) - slowAfter, signal);
        circuit.overdue = target;
        change();
      };
      watch().catch(() => undefined);
      return answer.finally(() => {
        over.abort();
        if (isLong) circuit.waiting--;
      });
    },
    end(scenario) {
      for (const circuit of doubted) if (circuit.waited.delete(scenario)) settle(circuit);
    },
    holds(circuits) {
      const ours = circuits.filter((circuit) => !circuit.passed && doubted.has(circuit));
      for (const circuit of ours)
        if (circuit.stage === 'command' && circuit.overdue !== undefined && circuit.mute === undefined)
          circuit.asking ??= ask(circuit, circuit.overdue);
      return ours.length > 0;
    },
    get size() {
      return doubted.size;
    },
    get idle() {
      let idle = 0;
      for (const { passed, waiting } of doubted) if (!passed) idle += waiting;
      return idle;
    },
    async isMute(circuit) {
      await circuit?.asking;
      return circuit?.mute === true && !circuit.passed;
    },
    get asks() {
      return asking().length > 0;
    },
    async asked() {
      await Promise.all(asking());
    },
  };
}
