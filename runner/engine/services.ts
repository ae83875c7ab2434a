import type { Scenario, Target } from '../plan.ts';
import type { ProblemCode } from '../result.ts';
import type { Outage } from './outage.ts';
import { needsOf, type Stage, serviceOf, stages } from './service-needs.ts';

/** How far a server has come at a stage. */
export interface Circuit {
  readonly stage: Stage;
  /** Scenarios in a row that failed there, and how. */
  readonly ids: Set<string>;
  code?: ProblemCode;
  /** Why it cannot be used. */
  outage?: Outage | undefined;
  /** No scenario waits for it. */
  givenUp: boolean;
  /** When it was asked last, and in how many milliseconds it is asked again. */
  probed: number;
  every: number;
  probing?: Promise<void> | undefined;
}

export interface Service {
  readonly circuits: ReadonlyMap<Stage, Circuit>;
  /** It is known how it stands: it answered once, or it was found out that it does not. */
  known: boolean;
  /** Scenarios that run and use it first. */
  running: number;
}

/** The servers of a run. */
export interface Services {
  /** None where it is not known before the run which one it is. */
  find(target: Target): Service | undefined;
  /** The one that the scenario uses first. */
  first(scenario: Scenario): Service | undefined;
  /** What the scenario needs. */
  circuits(scenario: Scenario): readonly Circuit[];
}

export function createServices(): Services {
  const services = new Map<string, Service>();
  const named = (name: string): Service => {
    let service = services.get(name);
    if (service === undefined) {
      const circuits = stages.map((stage): [Stage, Circuit] => [
        stage,
        { stage, ids: new Set(), givenUp: false, probed: 0, every: 0 },
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
      const [first] = needsOf(scenario);
      return first && named(first.service);
    },
    circuits: (scenario) =>
      needsOf(scenario).flatMap(({ service, stages: needed }) => {
        const { circuits } = named(service);
        return [...needed].flatMap((stage) => circuits.get(stage) ?? []);
      }),
  };
}
