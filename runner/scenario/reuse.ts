import type { Step } from '../steps.ts';
import type { Connections } from './connections.ts';
import { type Definitions, type Layer, noteCapture, type Scope, type Told } from './scope.ts';
import type { Node } from './tree.ts';

/**
 * What the cases of a scenario have in common: everything that was read without using a variable of `each` and without
 * a report. Reading all steps anew for each case took two thirds of planning, and 5 KiB of memory per case.
 */
export interface Reuse {
  /** A case's values. A scope has no other access to them, so every use is noted here. */
  layer(values: Definitions): Layer;
  /** Where a case's scope reports to. A report counts as a use: the next case must report again. */
  told(told: Told): Told;
  /** The case's connections. If one differs between cases, every step may differ. */
  connections(connections: Connections): Connections;
  /** Reads something that does not depend on steps. The same name always stands for the same reading. */
  once<Value>(name: string, read: () => Value): Value;
  /** The step at this node, from an earlier case or read now. */
  step(scope: Scope, node: Node, read: () => Step | undefined): Step | undefined;
  /**
   * Steps in order. If they are the same as for the previous case, returns its list, so that the engine computes what
   * depends on it only once.
   */
  list(kind: 'dialogue' | 'after', steps: readonly Step[]): readonly Step[];
}

interface Kept {
  readonly step: Step | undefined;
  /** What was captured before the step, and what it captures itself. */
  readonly before: readonly string[];
  readonly captured: readonly string[];
}

export function reuseAmong(cases: readonly Definitions[]): Reuse {
  const uses = createUses(new Set(cases.flatMap((values) => [...values.keys()])));
  const kept = new Map<Node, Kept>();
  const lists = new Map<string, readonly Step[]>();
  const common = new Map<string, unknown>();
  let targets: ReturnType<Connections['targets']> | undefined;
  let differing = false;
  /** Once a connection was read with a case's values, nothing is in common any more. */
  const connecting = <Read>(read: () => Read): Read => {
    const { value, own } = uses.during(read);
    differing ||= own;
    return value;
  };
  return {
    layer: uses.layer,
    told: uses.told,
    connections: (connections) => ({
      ...connections,
      resolve: (name) => connecting(() => connections.resolve(name)),
      targets() {
        if (targets === undefined || differing) targets = connecting(() => connections.targets());
        return targets;
      },
    }),
    once<Value>(name: string, read: () => Value): Value {
      if (common.has(name)) return common.get(name) as Value;
      const { value, own } = uses.during(read);
      if (!own) common.set(name, value);
      return value;
    },
    step(scope, node, read) {
      const known = differing ? undefined : kept.get(node);
      if (known !== undefined && isSame(known.before, scope.captured)) {
        for (const name of known.captured) noteCapture(scope, name);
        return known.step;
      }
      const before = [...scope.captured];
      const { value: step, own } = uses.during(read);
      if (!own && !differing) kept.set(node, { step, before, captured: [...scope.captured].slice(before.length) });
      return step;
    },
    list(kind, steps) {
      const before = lists.get(kind);
      if (before?.length === steps.length && before.every((step, at) => step === steps[at])) return before;
      lists.set(kind, steps);
      return steps;
    },
  };
}

interface Uses extends Pick<Reuse, 'layer' | 'told'> {
  /** Reads something; `own` says whether a value was used or something was reported meanwhile. */
  during<Read>(read: () => Read): { readonly value: Read; readonly own: boolean };
}

/**
 * Notes uses of these names. A name that only another case has counts, too: rows of a list may have different names.
 */
function createUses(names: ReadonlySet<string>): Uses {
  let count = 0;
  return {
    layer: (values) => ({
      get(name) {
        if (names.has(name)) count++;
        return values.get(name);
      },
      keys() {
        count++;
        return values.keys();
      },
    }),
    told: ({ report, unknown }) => ({
      report(diagnostic) {
        count++;
        report(diagnostic);
      },
      unknown(name, span, known) {
        count++;
        unknown(name, span, known);
      },
    }),
    during(read) {
      const before = count;
      const value = read();
      return { value, own: count !== before };
    },
  };
}

function isSame(names: readonly string[], captured: ReadonlySet<string>): boolean {
  return names.length === captured.size && names.every((name) => captured.has(name));
}
