import type { Step } from '../steps.ts';
import type { Connections } from './connections.ts';
import type { Node } from './tree.ts';
import { type Definition, type Definitions, noteCapture, type Scope } from './variables.ts';

/**
 * Steps that the cases of one scenario have in common: those whose reading looked up no variable of `each` and reported
 * nothing. Read anew for each case they were two thirds of planning, and 5 KiB of memory a case.
 */
export interface Reuse {
  /** A case's values; looking one up is noted. */
  watch(values: Definitions): Definitions;
  /** Notes that what is being read now cannot be used again. */
  touch(): void;
  /** The case's connections; when one of them differs between cases, so may every step. */
  connections(connections: Connections): Connections;
  /** The step at this node, from an earlier case or read now. */
  step(scope: Scope, node: Node, read: () => Step | undefined): Step | undefined;
}

interface Kept {
  readonly step: Step | undefined;
  /** What had been captured before it, and what it captures itself. */
  readonly before: readonly string[];
  readonly captured: readonly string[];
}

export function reuseAmong(cases: readonly Definitions[]): Reuse {
  const names = new Set(cases.flatMap((values) => [...values.keys()]));
  const kept = new Map<Node, Kept>();
  let targets: ReturnType<Connections['targets']> | undefined;
  let touches = 0;
  let differing = false;
  const touch = () => void touches++;
  /** Whether reading this touched nothing. */
  const common = (read: () => void): boolean => {
    const before = touches;
    read();
    return touches === before;
  };
  return {
    watch: (values) => new Watched(values, names, touch),
    touch,
    connections: (connections) => ({
      ...connections,
      resolve(name) {
        let resolved: ReturnType<Connections['resolve']>;
        if (!common(() => (resolved = connections.resolve(name)))) differing = true;
        return resolved;
      },
      targets() {
        if (targets === undefined || differing) {
          let read: ReturnType<Connections['targets']> = new Map();
          if (!common(() => (read = connections.targets()))) differing = true;
          targets = read;
        }
        return targets;
      },
    }),
    step(scope, node, read) {
      const known = differing ? undefined : kept.get(node);
      if (known !== undefined && isSame(known.before, scope.captured)) {
        for (const name of known.captured) noteCapture(scope, name);
        return known.step;
      }
      const before = [...scope.captured];
      const count = touches;
      const step = read();
      if (touches === count && !differing) {
        kept.set(node, { step, before, captured: [...scope.captured].slice(before.length) });
      }
      return step;
    },
  };
}

/** Names that another case has count as well: the rows of a list need not have the same. */
class Watched extends Map<string, Definition> {
  readonly #names: ReadonlySet<string>;
  readonly #touch: () => void;
  constructor(values: Definitions, names: ReadonlySet<string>, touch: () => void) {
    super(values);
    this.#names = names;
    this.#touch = touch;
  }
  override get(name: string): Definition | undefined {
    if (this.#names.has(name)) this.#touch();
    return super.get(name);
  }
}

function isSame(names: readonly string[], captured: ReadonlySet<string>): boolean {
  return names.length === captured.size && names.every((name) => captured.has(name));
}
