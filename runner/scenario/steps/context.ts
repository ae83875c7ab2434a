import type { Expectation } from '../../plan.ts';
import type { Protocol } from '../../protocol/protocol.ts';
import type { Step, StepKind, StepOf } from '../../steps.ts';
import type { Access } from '../access.ts';
import type { Connections } from '../connections.ts';
import type { FragmentSource, FragmentStore } from '../fragments.ts';
import type { Scope } from '../scope.ts';
import type { ServerContext } from '../server.ts';
import type { MapNode, Node } from '../tree.ts';

/** What is needed to read a dialogue. */
export interface DialogueContext {
  readonly scope: Scope;
  readonly access: Access;
  readonly connections: Connections;
  /** Where servers that a step itself names are looked up. */
  readonly servers: ServerContext;
  /** Where `use: NAME` looks up fragments. */
  readonly fragments: FragmentSource;
  readonly store: FragmentStore;
  /** The `on` of the enclosing control step. */
  readonly on: string | undefined;
  /** The fragments being read, to detect one that uses itself. */
  readonly using: readonly string[];
  /** Whether the schema has rejected part of this node, so that it is reported already. */
  broken(node: Node): boolean;
  /** Reads nested dialogues. */
  dialogue(context: DialogueContext, node: Node | undefined): readonly Step[];
}

/** What is needed to read one step's action. */
export interface StepContext extends DialogueContext {
  /** The step's map; empty if the step is a bare word. */
  readonly step: MapNode;
  readonly protocol: Protocol | undefined;
  /** Notes a name that this step captures. */
  captures(name: string): void;
}

/** What every step has. */
export type StepBase = Omit<Extract<Step, { kind: 'expect' }>, 'kind'>;

/** How a step of a kind is read: one row of the table. */
export interface StepReader<Kind extends StepKind = StepKind> {
  /** Whether a protocol has this step. Absent: all protocols have it. */
  readonly fits?: (protocol: Protocol) => boolean;
  /** What to write for protocols that do not have it. */
  readonly instead?: string;
  /** How a check reads `expect`, since its result is not a reply. */
  readonly expectation?: (context: StepContext, node: Node) => Expectation | undefined;
  /** The step's label, made from the text as written. */
  readonly label?: (action: Node) => string;
  /** `undefined` if an error was reported. */
  read(context: StepContext, action: Node, base: StepBase): StepOf<Kind> | undefined;
}
