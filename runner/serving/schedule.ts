import type { Plan, Scenario } from '../plan.ts';
import { childrenOf, factsOf, type Step } from '../steps.ts';

/** Decides which scenario a connection runs. */
export interface Schedule {
  /**
   * The next scenario that begins with a connection to this server: in file order, and then from the beginning again,
   * unless each runs only once.
   */
  next(label: string): Scenario | undefined;
  /** The number of scenarios. */
  readonly total: number;
}

export function createSchedule({ scenarios }: Plan, once: boolean): Schedule {
  const queues = new Map<string, Scenario[]>();
  let total = 0;
  for (const scenario of scenarios) {
    const label = firstServer(scenario);
    if (scenario.skip !== undefined || label === undefined) continue;
    total++;
    queues.set(label, [...(queues.get(label) ?? []), scenario]);
  }
  return {
    total,
    next(label) {
      const queue = queues.get(label);
      const scenario = queue?.shift();
      if (scenario !== undefined && !once) queue?.push(scenario);
      return scenario;
    },
  };
}

/** The server of the first step that needs a connection. */
function firstServer({ connections, dialogue }: Scenario): string | undefined {
  const name = firstConnection(dialogue);
  return name === undefined ? undefined : connections.get(name)?.label;
}

function firstConnection(steps: readonly Step[]): string | undefined {
  for (const step of steps) {
    if (factsOf(step).connection === 'always') return step.on;
    const inner = firstConnection(childrenOf(step));
    if (inner !== undefined) return inner;
  }
  return undefined;
}
