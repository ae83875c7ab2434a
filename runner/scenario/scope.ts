import type { Diagnostic } from '../diagnostic.ts';
import type { SourceFile, Span } from '../source.ts';
import type { Spend } from './budget.ts';
import type { SecretBook } from './secrets.ts';
import type { ScalarNode } from './tree.ts';

/** A variable's value: a scalar of a file, or a literal that is never expanded again (`--var`). */
export type Definition =
  | {
      readonly from: 'file';
      readonly node: ScalarNode;
      /** For `with`: where its own variables are looked up. */
      readonly scope?: Scope;
    }
  | { readonly from: 'literal'; readonly value: string };

export type Definitions = ReadonlyMap<string, Definition>;

/**
 * What a scope may ask of its definitions: less than a map offers, so that whoever has to know which of them are used
 * (`reuse.ts`) sees every use.
 */
export interface Layer {
  get(name: string): Definition | undefined;
  keys(): Iterable<string>;
}

/** What names mean at one place of a dialogue. */
export interface Scope {
  /** Later ones win: the suite's defaults, configuration, suite, scenario, case, `--var`, a fragment's `with`. */
  readonly layers: readonly Layer[];
  /** Those of them that no scenario file has a part in: the configuration, services, `--var`. */
  readonly trusted?: readonly Layer[];
  /** Captured by the steps so far: they win over every layer. */
  readonly captured: Set<string>;
  /** A fragment's parameters that it has not captured itself: they hide captures made before it. */
  readonly shadowed: Set<string>;
  /** Names whose values come while running, from services. */
  readonly promised: ReadonlySet<string>;
  /** Those among them that stay names: no later plan will know them. */
  readonly named?: ReadonlySet<string> | undefined;
  /** What the scenario requires and nothing gives, or what is switched off: it will be skipped, and they are no mistakes. */
  readonly absent: ReadonlySet<string>;
  /** `${index}` has a meaning. */
  readonly repeats: boolean;
  readonly shared: SharedScope;
}

/** Who hears of what is wrong with a scenario's variables and values. */
export interface Told {
  readonly report: (diagnostic: Diagnostic) => void;
  /** A name that is unknown here; whether it is captured later is known at the scenario's end. */
  readonly unknown: (name: string, span: Span, known: () => Iterable<string>) => void;
}

/** The same for all scopes of a scenario. */
export interface SharedScope extends Told {
  readonly spend: Spend;
  readonly runId: string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly secretNames: ReadonlySet<string>;
  readonly book: SecretBook;
  /** The only file that sees the environment. */
  readonly configFile: SourceFile | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Notes a capture: the steps that follow see it. */
export function noteCapture(scope: Scope, name: string): void {
  scope.captured.add(name);
  scope.shadowed.delete(name);
}

/** Names that no variable may take. */
export const builtIns: ReadonlySet<string> = new Set([
  'run.id',
  'scenario.id',
  'now',
  'server.host',
  'server.port',
  'index',
]);

/** The definition that wins; `unset` where the name is declared without a value. */
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

/** Every name that could be meant here. */
export function* namesOf(scope: Scope): Generator<string> {
  for (const layer of scope.layers) yield* layer.keys();
  yield* scope.captured;
  yield* scope.promised;
  yield* builtIns;
}
