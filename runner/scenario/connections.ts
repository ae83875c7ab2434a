import { nearest } from '../nearest.ts';
import type { Target } from '../plan.ts';
import type { Span } from '../source.ts';
import { scalar } from './read.ts';
import type { Scope } from './scope.ts';
import { type ResolvedServer, readServer, type ServerContext } from './server.ts';
import { child, type Entry, entriesOf, headOf, mapAt, type Node } from './tree.ts';
import { listed } from './validate.ts';

/** A scenario's connections. Each is resolved when a step first uses it, because only then are its captures known. */
export interface Connections {
  /** The connection that a step's `on`, or its absence, refers to. An error is reported, and returns `undefined`. */
  name(on: string | undefined, span: Span): string | undefined;
  resolve(name: string): ResolvedServer | undefined;
  /** The name of the connection, if there is only one. */
  only(): string | undefined;
  /** All connections in the order of the file, including those that no step used. */
  targets(): ReadonlyMap<string, Target>;
}

/** `server:` defines one connection without a name. */
export interface ConnectionNodes {
  readonly server: Node | undefined;
  readonly connections: Node | undefined;
}

export function createConnections(
  context: ServerContext,
  { server, connections }: ConnectionNodes,
  scenario: Node,
): Connections {
  const declared: readonly Pick<Entry, 'key' | 'node'>[] =
    server === undefined ? entriesOf(connections) : [{ key: '', node: server }];
  const nodes = new Map(declared.map(({ key, node }) => [key, node]));
  const resolved = new Map<string, ResolvedServer | undefined>();
  const { report } = context.scope.shared;
  let missing = false;
  const resolve = (name: string): ResolvedServer | undefined => {
    const node = nodes.get(name);
    if (node !== undefined && !resolved.has(name)) resolved.set(name, readServer(context, node));
    return resolved.get(name);
  };
  return {
    resolve,
    only: () => (nodes.size === 1 ? [...nodes.keys()][0] : undefined),
    name(on, span) {
      const [first, ...more] = nodes.keys();
      if (first === undefined) {
        if (!missing) {
          report({
            code: 'server.missing',
            message: 'The scenario names no server',
            span: headOf(scenario),
            hint: 'Add "server:", here or for the whole suite: a name of the configuration, or a URL',
          });
        }
        missing = true;
        return undefined;
      }
      if (on !== undefined && nodes.has(on)) return on;
      if (on === undefined && more.length === 0) return first;
      if (on === undefined) {
        report({
          code: 'connection.missing',
          message: 'The step does not say which connection it uses',
          span,
          hint: `Add "on: ${first}"; the scenario has ${listed([first, ...more])}`,
        });
        return undefined;
      }
      const near = nearest(on, nodes.keys());
      const names = [first, ...more].filter((name) => name !== '');
      report({
        code: 'connection.unknown',
        message: `Unknown connection "${on}"`,
        span,
        hint:
          names.length === 0
            ? 'The scenario has one server, and no connections by name: leave "on" out, or declare "connections"'
            : near !== undefined && near !== ''
              ? `Did you mean "${near}"?`
              : `The scenario has ${listed(names)}`,
      });
      return undefined;
    },
    targets() {
      const targets = new Map<string, Target>();
      for (const name of nodes.keys()) {
        const target = resolve(name)?.target;
        if (target !== undefined) targets.set(name, target);
      }
      return targets;
    },
  };
}

/** The scenario's own connections, or the suite's. */
export function connectionNodes(scope: Scope, root: Node, scenario: Node): ConnectionNodes {
  for (const node of [scenario, root]) {
    const server = scalar(child(node, 'server')) ?? mapAt(node, 'server');
    const connections = mapAt(node, 'connections');
    if (server !== undefined && connections !== undefined) {
      scope.shared.report({
        code: 'value.invalid',
        message: '"server" and "connections" exclude each other',
        span: node.kind === 'map' ? (node.entries.get('connections')?.keySpan ?? connections.span) : connections.span,
        hint: 'Write one server under "server", several under "connections"',
      });
    }
    if (server !== undefined || connections !== undefined) return { server, connections };
  }
  return { server: undefined, connections: undefined };
}
