import { byIdentity } from '../by-identity.ts';
import type { Scenario, Tolerance } from '../plan.ts';
import type { Unneeded } from '../run-event.ts';
import { placeOf } from '../source.ts';
import { childrenOf, factsOf, type Step } from '../steps.ts';
import type { Session } from './session.ts';

/**
 * Tracks which tolerances of a run were needed, and which could have been: a session of their protocol ran to its end.
 */
export class ToleranceUse {
  /** By place, since each case of a scenario has its own copy. */
  readonly #rows = new Map<string, { readonly tolerance: Tolerance; needed: boolean }>();

  needed(tolerance: Tolerance): void {
    this.#row(tolerance).needed = true;
  }

  /** Notes that a scenario ran to its end with these sessions. */
  applied(scenario: Scenario, sessions: Iterable<Session>): void {
    const tolerances = tolerancesIn(scenario);
    if (tolerances.length === 0) return;
    const open = [...sessions];
    for (const tolerance of tolerances) {
      const names = [...tolerance.names];
      if (open.some(({ protocol }) => names.some((name) => protocol.findings.includes(protocolOf(name)))))
        this.#row(tolerance);
    }
  }

  unneeded(): readonly Unneeded[] {
    return [...this.#rows.values()]
      .filter(({ needed }) => !needed)
      .map(({ tolerance: { finding, span } }) => ({ finding, place: placeOf(span) }));
  }

  #row(tolerance: Tolerance) {
    const key = keyOf(tolerance);
    const row = this.#rows.get(key) ?? { tolerance, needed: false };
    this.#rows.set(key, row);
    return row;
  }
}

function keyOf({ finding, span }: Tolerance): string {
  return `${span.file.path}:${span.start}:${finding}`;
}

function protocolOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

function tolerancesIn(scenario: Scenario): readonly Tolerance[] {
  const { tolerate = none, connections, dialogue, after, suite } = scenario;
  // Scenarios that ship with mailspec tolerate what some server needs, and their user cannot remove the entry.
  const own = suite.shipped ? [] : [tolerate, ofSteps(dialogue), ofSteps(after)];
  const lists = [...own, ofTargets(connections)].filter(({ length }) => length > 0);
  return lists.length === 0 ? none : lists.flat();
}

const none: readonly Tolerance[] = [];

// The cases of a scenario mostly have these in common.
const ofTargets = byIdentity((connections: Scenario['connections']) =>
  [...connections.values()].flatMap(({ options }) => options.tolerate ?? none),
);
const ofSteps = byIdentity((steps: readonly Step[]) => steps.flatMap(tolerancesOf));

/** A fragment may tolerate what only some of its users' servers need, so it need not be this one. */
function tolerancesOf(step: Step): readonly Tolerance[] {
  return factsOf(step).inPlace ? [] : [...(step.tolerate ?? []), ...childrenOf(step).flatMap(tolerancesOf)];
}
