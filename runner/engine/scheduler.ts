import type { Scenario } from '../plan.ts';
import type { Breaker } from './breaker.ts';
import { createCalm } from './calm.ts';
import { type HostNames, writtenHosts } from './hosts.ts';
import { type Need, needsOf } from './needs.ts';

/** Keeps scenarios from starting while their servers cannot be used. */
export interface Gate extends Pick<Breaker, 'admits' | 'start' | 'end' | 'tick' | 'holds' | 'idle' | 'settle'> {
  /** Called when more scenarios may start. */
  onChange: () => void;
  /** Resolves at this time of the clock, or when the run ends. */
  until(time: number): Promise<void>;
}

const openGate: Gate = {
  admits: () => true,
  start: () => undefined,
  end: () => undefined,
  tick: () => undefined,
  holds: false,
  idle: 0,
  settle: async () => undefined,
  onChange: () => undefined,
  until: async () => undefined,
};

/**
 * Runs scenarios in their order, at most `parallel` at a time, not counting those that only wait for a silent server. A
 * scenario waits for its resources, and until no scenario is left that it would disturb. `play()` returns the time of
 * the clock at which the scenario must run again, if it must. `more()` is asked before each start; once it returns
 * false, no further scenario starts. Resolves when all that started have ended.
 */
export async function schedule(
  scenarios: readonly Scenario[],
  parallel: number,
  play: (scenario: Scenario) => Promise<number | undefined>,
  more: () => boolean,
  hosts: HostNames = writtenHosts,
  gate: Gate = openGate,
): Promise<readonly Scenario[]> {
  const calm = createCalm(scenarios, hosts);
  const inUse = new Map<string, number>();
  /**
   * Scenarios that could not start yet, in order, come before those never considered. They may be all of the rest, so
   * none is moved.
   */
  let waiting = new Set<Scenario>();
  let next = 0;
  let running = 0;
  return new Promise((resolve, reject) => {
    const fits = (needs: readonly Need[]) =>
      // A scenario that needs more than the capacity runs alone.
      needs.every(
        ({ resource, units, capacity }) =>
          (inUse.get(resource) ?? 0) === 0 || (inUse.get(resource) ?? 0) + units <= capacity,
      );
    const take = (): Scenario | undefined => {
      const ready = (scenario: Scenario) => gate.admits(scenario) && calm.admits(scenario) && fits(needsOf(scenario));
      for (const scenario of waiting) {
        if (!ready(scenario)) continue;
        waiting.delete(scenario);
        return scenario;
      }
      while (next < scenarios.length) {
        const scenario = scenarios[next++] as Scenario;
        if (ready(scenario)) return scenario;
        waiting.add(scenario);
      }
      return undefined;
    };
    const start = (scenario: Scenario) => {
      const needs = needsOf(scenario);
      for (const { resource, units } of needs) inUse.set(resource, (inUse.get(resource) ?? 0) + units);
      calm.start(scenario);
      gate.start(scenario);
      running++;
      play(scenario).then((again) => {
        for (const { resource, units } of needs) inUse.set(resource, (inUse.get(resource) ?? 0) - units);
        if (again === undefined) calm.end(scenario);
        else calm.putOff(scenario);
        gate.end(scenario);
        running--;
        if (again !== undefined) putOff(scenario, again);
        fill();
      }, reject);
    };
    let over = false;
    let settling = false;
    const settle = () => {
      settling = true;
      gate.settle().then(() => {
        settling = false;
        fill();
      }, reject);
    };
    /** Scenarios that are neither running nor waiting: they run again later. */
    const off = new Set<Scenario>();
    const putOff = (scenario: Scenario, time: number) => {
      off.add(scenario);
      gate.until(time).then(() => {
        if (off.delete(scenario)) waiting = new Set([scenario, ...waiting]);
        fill();
      }, reject);
    };
    const fill = () => {
      if (over || settling) return;
      gate.tick();
      // With `parallel` 1, even scenarios that only wait count.
      while (running - (parallel > 1 ? gate.idle : 0) < parallel && more()) {
        const scenario = take();
        if (scenario === undefined) break;
        start(scenario);
      }
      if (running > 0 || (off.size > 0 && more())) return;
      const isLeft = waiting.size > 0 || next < scenarios.length;
      if (isLeft && gate.holds && more()) settle();
      else {
        over = true;
        const left = [...waiting, ...off, ...scenarios.slice(next)].sort((a, b) => a.index - b.index);
        waiting.clear();
        resolve(left);
      }
    };
    gate.onChange = fill;
    fill();
  });
}
