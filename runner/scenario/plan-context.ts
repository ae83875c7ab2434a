import type { Diagnostic } from '../diagnostic.ts';
import type { Access } from './access.ts';
import type { Spend } from './budget.ts';
import type { Config } from './config.ts';
import type { FragmentStore } from './fragments.ts';
import type { Definitions } from './scope.ts';
import type { SecretBook } from './secrets.ts';
import type { Node } from './tree.ts';

/** What the command line overrides. */
export interface Overrides {
  /** `--server NAME=URL` */
  readonly servers?: ReadonlyMap<string, string>;
  /** URLs for servers that neither the configuration nor the command line defines. */
  readonly usualServers?: ReadonlyMap<string, string>;
  /** `--var NAME=VALUE` */
  readonly variables?: ReadonlyMap<string, string>;
  /** The time limit for a reply, in milliseconds. */
  readonly timeout?: number | undefined;
  readonly retries?: number | undefined;
  /** Values that services provided. Before services run, their names are left as holes. */
  readonly provided?: ReadonlyMap<string, string>;
}

/** What all suites of a plan have in common. */
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
  /** The values provided by services. */
  readonly provided: Definitions;
  readonly promised: ReadonlySet<string>;
  report(diagnostic: Diagnostic): void;
  /** Counts the cost of the file that is being planned. */
  readonly spend: Spend;
  /** Whether the schema has rejected part of this node, so that it is reported already. */
  broken(node: Node): boolean;
}
