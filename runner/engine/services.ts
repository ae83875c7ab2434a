import type { Scenario, Target } from '../plan.ts';
import type { ProblemCode } from '../result.ts';
import type { Outage } from './outage.ts';
import { needsOf, type Stage, serviceOf, stages } from './service-needs.ts';

/** The state of a server at one stage. */
export interface Circuit {
  readonly stage: Stage;
  /** The consecutive scenarios that failed there, and their problem. */
  readonly ids: Set<string>;
  code?: ProblemCode;
  /** The last of these problems. */
  last?: Outage;
  /** The server has let somebody past it. */
  passed: boolean;
  /** The running scenarios that waited for a while for the server to let them past it, and how many still do. */
  readonly waited: Set<Scenario>;
  waiting: number;
  /** The server, if one of them has been waiting for long. */
  overdue?: Target | undefined;
  /** Whether it leaves even the simplest command without an answer; `undefined` before it was asked. */
  mute?: boolean;
  asking?: Promise<void> | undefined;
  /** Why the server cannot be used. */
  outage?: Outage | undefined;
  /** No scenario waits for it any more. */
  givenUp: boolean;
  /** When it was last probed, and the milliseconds until the next probe. */
  probed: number;
  every: number;
  probing?: Promise<void> | undefined;
}

export interface ServerState {
  readonly circuits: ReadonlyMap<Stage, Circuit>;
  /** The server's state is known: it answered once, or it turned out to be unusable. */
  known: boolean;
  /** How many running scenarios use it first. */
  running: number;
}

/** The servers of a run. */
export interface Services {
  /** `undefined` if the server is not known before the run. */
  find(target: Target): ServerState | undefined;
  /** The server that the scenario uses first. */
  first(scenario: Scenario): ServerState | undefined;
  /** The circuits that the scenario needs. */
  circuits(scenario: Scenario): readonly Circuit[];
}

export function createServices(): Services {
  const services = new Map<string, ServerState>();
  const named = (name: string): ServerState => {
    let service = services.get(name);
    if (service === undefined) {
      const circuits = stages.map((stage): [Stage, Circuit] => [
        stage,
        { stage, ids: new Set(), passed: false, waited: new Set(), waiting: 0, givenUp: false, probed: 0, every: 0 },
      ]);
      service = { circuits: new Map(circuits), known: false, running: 0 };
      services.set(name, service);
    }
    return service;
  };
  return {
    find(target) {
      const name = serviceOf(target);
      return name === undefined ? undefined : named(name);
    },
    first(scenario) {
      const first = needsOf(scenario)[0];
      return first && named(first.service);
    },
    circuits: (scenario) =>
      needsOf(scenario).flatMap(({ service, stages: needed }) => {
        const { circuits } = named(service);
        return [...needed].flatMap((stage) => circuits.get(stage) ?? []);
      }),
  };
}
