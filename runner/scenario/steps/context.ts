import type { Expectation } from '../../plan.ts';
import type { Protocol } from '../../protocol/protocol.ts';
import type { Step, StepKind, StepOf } from '../../steps.ts';
import type { Access } from '../access.ts';
import type { Connections } from '../connections.ts';
import type { FragmentSource, FragmentStore } from '../fragments.ts';
import type { Scope } from '../scope.ts';
import type { ServerContext } from '../server.ts';
import type { MapNode, Node } from '../tree.ts';

/** What reading a dialogue needs. */
export interface DialogueContext {
  readonly scope: Scope;
  readonly access: Access;
  readonly connections: Connections;
  /** What servers that a step names itself are looked up in. */
  readonly servers: ServerContext;
  /** Where `use: NAME` looks. */
  readonly fragments: FragmentSource;
  readonly store: FragmentStore;
  /** The `on` of the control step around. */
  readonly on: string | undefined;
  /** Fragments under way, to find one that uses itself. */
  readonly using: readonly string[];
  /** Whether the schema has refused a part of this node: it is told already. */
  broken(node: Node): boolean;
  /** Plays no part in the step itself: nested dialogues are read with it. */
  dialogue(context: DialogueContext, node: Node | undefined): readonly Step[];
}

/** What reading one step's action needs. */
export interface StepContext extends DialogueContext {
  /** The step's map; a bare word has an empty one. */
  readonly step: MapNode;
  readonly protocol: Protocol | undefined;
  /** Notes a name that this step captures. */
  captures(name: string): void;
}

/** What every step has. */
export type StepBase = Omit<Extract<Step, { kind: 'expect' }>, 'kind'>;

/** How a step of a kind is read: one row of the table. */
export interface StepReader<Kind extends StepKind = StepKind> {
  /** Whether a protocol has this step; absent: all protocols have it. */
  readonly fits?: (protocol: Protocol) => boolean;
  /** What to do on others. */
  readonly instead?: string;
  /** A check's own way to read `expect`: what it sees is no reply. */
  readonly expectation?: (context: StepContext, node: Node) => Expectation | undefined;
  /** What it is called, from the text as written. */
  readonly label?: (action: Node) => string;
  /** `undefined` where a mistake was reported. */
  read(context: StepContext, action: Node, base: StepBase): StepOf<Kind> | undefined;
}
