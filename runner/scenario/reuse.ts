import type { Step } from '../steps.ts';
import type { Connections } from './connections.ts';
import { type Definitions, type Layer, noteCapture, type Scope, type Told } from './scope.ts';
import type { Node } from './tree.ts';

/**
 * What the cases of one scenario have in common: that whose reading used no variable of `each` and reported nothing.
 * Read anew for each case, steps were two thirds of planning, and 5 KiB of memory a case.
 */
export interface Reuse {
  /** A case's values. A scope has no other way to them, and here each use is noted. */
  layer(values: Definitions): Layer;
  /** Whom a case's scope reports to. A report is a use: the next case must report anew. */
  told(told: Told): Told;
  /** The case's connections; when one of them differs between cases, so may every step. */
  connections(connections: Connections): Connections;
  /** Whatever does not depend on the steps. Under one name always the same is read. */
  once<Value>(name: string, read: () => Value): Value;
  /** The step at this node, from an earlier case or read now. */
  step(scope: Scope, node: Node, read: () => Step | undefined): Step | undefined;
  /** Steps in order; the list of the case before where they are the same: the engine works out once what follows of it. */
  list(kind: 'dialogue' | 'after', steps: readonly Step[]): readonly Step[];
}

interface Kept {
  readonly step: Step | undefined;
  /** What had been captured before it, and what it captures itself. */
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
  /** Once a connection was read with a case's values, nothing is common any more. */
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
  /** Reads something; `own` says whether a value was used or something reported meanwhile. */
  during<Read>(read: () => Read): { readonly value: Read; readonly own: boolean };
}

/** Notes the uses of these names. A name that only another case has counts as well: rows of a list may differ in theirs. */
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
