import type { Diagnostic } from '../diagnostic.ts';
import type { Access } from './access.ts';
import type { Spend } from './budget.ts';
import type { Config } from './config.ts';
import type { FragmentStore } from './fragments.ts';
import type { Definitions } from './scope.ts';
import type { SecretBook } from './secrets.ts';
import type { Node } from './tree.ts';

/** The command line's. */
export interface Overrides {
  /** `--server NAME=URL` */
  readonly servers?: ReadonlyMap<string, string>;
  /** URLs of servers that neither the configuration nor the command line has. */
  readonly usualServers?: ReadonlyMap<string, string>;
  /** `--var NAME=VALUE` */
  readonly variables?: ReadonlyMap<string, string>;
  /** Milliseconds a reply may take. */
  readonly timeout?: number | undefined;
  readonly retries?: number | undefined;
  /** What services have given; before they run, their names are left as holes. */
  readonly provided?: ReadonlyMap<string, string>;
}

/** What all suites of a plan share. */
export interface PlanContext {
  readonly config: Config;
  readonly access: Access;
  readonly overrides: Overrides;
  readonly runId: string;
  readonly today: string;
  readonly book: SecretBook;
  readonly store: FragmentStore;
  /** `--var` */
  readonly given: Definitions;
  /** From services. */
  readonly provided: Definitions;
  readonly promised: ReadonlySet<string>;
  report(diagnostic: Diagnostic): void;
  /** Of the file that is being planned. */
  readonly spend: Spend;
  /** Whether the schema has refused a part of this node: it is told already. */
  broken(node: Node): boolean;
}
