import type { Diagnostic } from '../diagnostic.ts';
import type { SourceFile, Span } from '../source.ts';
import type { Spend } from './budget.ts';
import type { SecretBook } from './secrets.ts';
import type { ScalarNode } from './tree.ts';

/** A variable's value: a scalar in a file, or a literal that is not expanded again (`--var`). */
export type Definition =
  | {
      readonly from: 'file';
      readonly node: ScalarNode;
      /** For `with`: the scope in which the value's own variables are looked up. */
      readonly scope?: Scope;
    }
  | { readonly from: 'literal'; readonly value: string };

export type Definitions = ReadonlyMap<string, Definition>;

/** The only access of a scope to its definitions. It offers less than a map, so that `reuse.ts` sees every use. */
export interface Layer {
  get(name: string): Definition | undefined;
  keys(): Iterable<string>;
}

/** What names mean at one place in a dialogue. */
export interface Scope {
  /**
   * Later layers override earlier ones: the suite's defaults, configuration, suite, scenario, case, `--var`, a
   * fragment's `with`.
   */
  readonly layers: readonly Layer[];
  /** The layers to which no scenario file contributes: the configuration, services, `--var`. */
  readonly trusted?: readonly Layer[];
  /** The names captured by earlier steps; they override every layer. */
  readonly captured: Set<string>;
  /** A fragment's parameters that it has not captured itself; they hide earlier captures. */
  readonly shadowed: Set<string>;
  /** Names whose values services will provide. */
  readonly promised: ReadonlySet<string>;
  /** Those of them that remain names: no later plan will know their values. */
  readonly named?: ReadonlySet<string> | undefined;
  /**
   * Names that the scenario requires and that have no value or are switched off. The scenario will be skipped, so they
   * are not errors.
   */
  readonly absent: ReadonlySet<string>;
  /** Whether `${index}` is defined. */
  readonly repeats: boolean;
  readonly shared: SharedScope;
}

/** Receives what is wrong with a scenario's variables and values. */
export interface Told {
  readonly report: (diagnostic: Diagnostic) => void;
  /** Called for a name that is unknown here; at the scenario's end it turns out whether a later step captures it. */
  readonly unknown: (name: string, span: Span, known: () => Iterable<string>) => void;
}

/** What all scopes of a scenario have in common. */
export interface SharedScope extends Told {
  readonly spend: Spend;
  readonly runId: string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly secretNames: ReadonlySet<string>;
  readonly book: SecretBook;
  /** The only file that may use environment variables. */
  readonly configFile: SourceFile | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Notes a capture, which later steps can use. */
export function noteCapture(scope: Scope, name: string): void {
  scope.captured.add(name);
  scope.shadowed.delete(name);
}

/** Names that variables must not have. */
export const builtIns: ReadonlySet<string> = new Set([
  'run.id',
  'scenario.id',
  'now',
  'server.host',
  'server.port',
  'index',
]);

/** The definition that applies; `unset` if the name is declared without a value. */
export function definitionOf(scope: Scope, name: string): Definition | 'unset' | undefined {
  let declared = false;
  for (let index = scope.layers.length - 1; index >= 0; index--) {
    const definition = scope.layers[index]?.get(name);
    if (definition === undefined) continue;
    if (definition.from === 'literal' || definition.node.value !== null) return definition;
    declared = true;
  }
  return declared ? 'unset' : undefined;
}

/** All names that could be meant here. */
export function* namesOf(scope: Scope): Generator<string> {
  for (const layer of scope.layers) yield* layer.keys();
  yield* scope.captured;
  yield* scope.promised;
  yield* builtIns;
}
