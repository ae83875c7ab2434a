import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { KnownIssue, Scenario, Suite } from '../plan.ts';
import type { Span } from '../source.ts';
import type { Step } from '../steps.ts';
import { readKnownIssue } from './config.ts';
import { type ConnectionNodes, createConnections } from './connections.ts';
import { definitionsAt, type FragmentSource } from './fragments.ts';
import type { PlanContext } from './plan-context.ts';
import { provesNothing } from './proof.ts';
import { readCount, readDuration, readFlag, readString, scalar } from './read.ts';
import { type Reuse, reuseAmong } from './reuse.ts';
import type { Definitions, Layer, Scope, Told } from './scope.ts';
import { hasServer, type ServerContext } from './server.ts';
import type { DialogueContext } from './steps/context.ts';
import { readDialogue, readStep } from './steps/dialogue.ts';
import { child, headOf, listAt, type MapNode, mapAt, type Node, plainAt, plainListAt } from './tree.ts';
import { expand, expandQuietly, knownValue, toText } from './variables.ts';
import { expired, expiredWarning, waiverFor } from './waivers.ts';

/** What the scenarios of a suite share. */
export interface SuiteContext {
  readonly suite: Suite;
  readonly root: Node;
  readonly fragments: FragmentSource;
  /** Weaker than the configuration's variables. */
  readonly defaults: Definitions;
  readonly variables: Definitions;
}

export interface Case {
  readonly scenario: Scenario;
  /** Its name is known: mistakes in it have been told otherwise. */
  readonly named: boolean;
}

/** The limit of a whole scenario. */
const defaultTimeout = 60_000;

/** One case of a scenario. `unique` makes its slug one in the suite. */
export function planCase(
  context: PlanContext,
  suite: SuiteContext,
  node: MapNode,
  values: Layer,
  reuse: Reuse,
  index: number,
  unique: (slug: string) => string,
): Case {
  const errors = countErrors(context.report);
  const deferred = deferUnknown(errors.report);
  const told = reuse.told({ report: errors.report, unknown: deferred.unknown });
  const known = scopeOf(context, suite, node, values, told);
  const lacks = missing(context, suite, node, known);
  const absent = new Set(lacks.keys());
  const scope: Scope = { ...known, absent };
  const name = nameOf(scope, node);
  const id = `${suite.suite.id}#${unique(slugOf(name.text))}`;
  const skip = plainAt(node, 'skip') ?? (lacks.size === 0 ? undefined : lacking(lacks));
  const elsewhere = readFlag(scope, child(node, 'elsewhere') ?? child(suite.root, 'elsewhere'));
  const played = readSteps(context, suite, node, scope, absent.size === 0 ? reuse : reuseAmong([]));
  deferred.settle(scope.captured);
  if (skip === undefined && errors.count() === 0 && !context.broken(node) && provesNothing(played.dialogue)) {
    context.report({
      code: 'scenario.expects-nothing',
      message: 'The scenario expects nothing, and so proves nothing',
      span: child(node, 'name')?.span ?? headOf(node),
      hint: 'Say what the server must answer: "expect: 250"',
    });
  }
  const description = plainAt(node, 'description');
  const issue = knownIssueOf(context, node, id);
  const scenario: Scenario = {
    index,
    suite: suite.suite,
    id,
    name: name.text,
    ...(description !== undefined && { description }),
    references: plainListAt(node, 'references'),
    tags: [...new Set([suite.root, node].flatMap((each) => strings(scope, each, 'tags', 'A tag')))],
    span: node.span,
    level: plainAt(node, 'level') === 'should' ? 'should' : 'must',
    ...(issue !== undefined && { knownIssue: issue }),
    ...(skip !== undefined && { skip }),
    ...(elsewhere === true && { elsewhere }),
    timeout:
      readDuration(scope, child(node, 'timeout')) ??
      readDuration(scope, child(suite.root, 'timeout')) ??
      defaultTimeout,
    retries:
      readCount(scope, child(node, 'retries')) ??
      readCount(scope, child(suite.root, 'retries')) ??
      context.overrides.retries ??
      context.config.retries ??
      0,
    exclusive: strings(scope, node, 'exclusive', 'A resource'),
    ...played,
  };
  return { scenario, named: name.known };
}

const noValues: Layer = new Map();

/** What names mean in a scenario: its variables, those around it, and the values of one case. */
export function scopeOf(
  context: PlanContext,
  suite: SuiteContext,
  node: Node,
  values: Layer = noValues,
  told: Told = { report: () => {}, unknown: () => {} },
): Scope {
  const { config } = context;
  return {
    layers: [
      suite.defaults,
      config.variables,
      context.provided,
      suite.variables,
      definitionsAt(node, 'variables'),
      values,
      context.given,
    ],
    captured: new Set(),
    shadowed: new Set(),
    promised: context.promised,
    named: config.named,
    absent: new Set(),
    repeats: false,
    shared: {
      runId: context.runId,
      secretNames: config.secretNames,
      book: context.book,
      configFile: config.file,
      env: config.env,
      ...told,
    },
  };
}

function strings(scope: Scope, node: Node, key: string, what: string): readonly string[] {
  return listAt(node, key).flatMap((item) => readString(scope, item, what) ?? []);
}

function countErrors(report: (diagnostic: Diagnostic) => void) {
  let errors = 0;
  return {
    report(diagnostic: Diagnostic): void {
      if (diagnostic.severity !== 'warning') errors++;
      report(diagnostic);
    },
    count: () => errors,
  };
}

/** Whether an unknown name is captured by a later step is known only when all steps have been read. */
function deferUnknown(report: (diagnostic: Diagnostic) => void) {
  const pending: { readonly name: string; readonly span: Span; readonly known: () => Iterable<string> }[] = [];
  return {
    unknown(name: string, span: Span, known: () => Iterable<string>): void {
      pending.push({ name, span, known });
    },
    settle(captured: ReadonlySet<string>): void {
      for (const { name, span, known } of pending) {
        const near = nearest(name, new Set([...known(), ...captured]));
        report(
          captured.has(name)
            ? {
                code: 'variable.early',
                message: `"${name}" is used before the step that captures it`,
                span,
                hint: 'Use it in a later step, or capture it in an earlier one',
              }
            : {
                code: 'variable.unknown',
                message: `Unknown variable "${name}"`,
                span,
                hint:
                  near === undefined
                    ? 'Give it a value under "variables", in the configuration, or with --var; a plain "${" is written "$${"'
                    : `Did you mean "${near}"?`,
              },
        );
      }
    },
  };
}

type Lacks = ReadonlyMap<string, 'value' | 'use'>;

/** Names under `requires` that are neither a server nor a variable with a value, and variables that are switched off. */
function missing(context: PlanContext, suite: SuiteContext, node: Node, scope: Scope): Lacks {
  const servers = serverContext(context, scope);
  const lacks = new Map<string, 'value' | 'use'>();
  for (const name of [suite.root, node].flatMap((each) => required(scope, each))) {
    if (hasServer(servers, name)) continue;
    const value = knownValue(scope, name);
    if (value === undefined) lacks.set(name, 'value');
    else if (value === '' || value === 'false') lacks.set(name, 'use');
  }
  return lacks;
}

/** The names may hold variables of the case: `requires: ["${server}"]`. */
function required(scope: Scope, node: Node): readonly string[] {
  return listAt(node, 'requires').flatMap((item) => {
    const name = item.kind === 'scalar' && item.value !== null ? toText(expandQuietly(scope, item)) : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}

function lacking(lacks: Lacks): string {
  const names = (lack: 'value' | 'use') =>
    [...lacks].flatMap(([name, each]) => (each === lack ? [`"${name}"`] : [])).join(', ');
  const [unset, off] = [names('value'), names('use')];
  return [
    ...(unset === '' ? [] : [`the configuration has no ${unset}`]),
    ...(off === '' ? [] : [`the configuration switches ${off} off`]),
  ].join('; ');
}

function serverContext({ access, config, overrides }: PlanContext, scope: Scope): ServerContext {
  return { scope, access, config, servers: overrides.servers ?? new Map(), timeout: overrides.timeout };
}

function nameOf(scope: Scope, node: Node): { readonly text: string; readonly known: boolean } {
  const found = scalar(child(node, 'name'));
  if (found === undefined) return { text: 'unnamed', known: false };
  const { report } = scope.shared;
  const expanded = expand(scope, found);
  const text = toText(expanded);
  const [secret] = expanded.taint;
  if (secret !== undefined) {
    report({
      code: 'value.invalid',
      message: `The name would show the secret "${secret}"`,
      span: found.span,
      hint: 'Names stand in every report: leave the variable out',
    });
    return { text: found.text, known: false };
  }
  if (expanded.vague) return { text: found.text, known: false };
  if (typeof text === 'string') return { text: text.replace(/\s+/g, ' ').trim(), known: true };
  report({
    code: 'value.invalid',
    message: 'The name holds a variable that is known only while running',
    span: found.span,
    hint: "A scenario's name must be known before the run",
  });
  return { text: found.text, known: false };
}

/** Letters and digits, the rest as `-`: it stands in ids, on command lines and in file names. */
function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .normalize('NFC')
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'scenario'
  );
}

function readSteps(context: PlanContext, suite: SuiteContext, node: Node, scope: Scope, reuse: Reuse) {
  const servers = serverContext(context, scope);
  const connections = reuse.connections(createConnections(servers, connectionNodes(scope, suite.root, node), node));
  const dialogueContext: DialogueContext = {
    scope,
    access: context.access,
    connections,
    servers,
    fragments: suite.fragments,
    store: context.store,
    on: undefined,
    using: [],
    broken: context.broken,
    dialogue: readDialogue,
  };
  const read = (list: readonly Node[]) =>
    list.flatMap((step) => reuse.step(scope, step, () => readStep(dialogueContext, step)) ?? []);
  const dialogue: readonly Step[] = read([...listAt(suite.root, 'before'), ...listAt(node, 'dialogue')]);
  const after = read(listAt(suite.root, 'after'));
  return { dialogue, after, connections: connections.targets() };
}

/** The scenario's own, else the suite's. */
function connectionNodes(scope: Scope, root: Node, scenario: Node): ConnectionNodes {
  for (const node of [scenario, root]) {
    const server = scalar(child(node, 'server')) ?? mapAt(node, 'server');
    const connections = mapAt(node, 'connections');
    if (server !== undefined && connections !== undefined) {
      scope.shared.report({
        code: 'value.invalid',
        message: '"server" and "connections" cannot stand together',
        span: node.kind === 'map' ? (node.entries.get('connections')?.keySpan ?? connections.span) : connections.span,
        hint: 'One server needs no name; several stand under "connections"',
      });
    }
    if (server !== undefined || connections !== undefined) return { server, connections };
  }
  return { server: undefined, connections: undefined };
}

function knownIssueOf({ config, today, report }: PlanContext, node: Node, id: string): KnownIssue | undefined {
  const own = readKnownIssue(child(node, 'known_issue'));
  if (own !== undefined && !expired(own, today)) return own;
  if (own !== undefined) report(expiredWarning(own, child(node, 'known_issue')?.span ?? node.span));
  return waiverFor(id, config.knownIssues, today);
}
