import type { KnownIssue, Scenario, Suite } from '../plan.ts';
import { provocations } from '../provocation.ts';
import type { Identified } from '../scenario-id.ts';
import { connectionNodes, createConnections } from './connections.ts';
import { definitionsAt } from './definitions.ts';
import { unsetEnvironment } from './environment.ts';
import type { FragmentSource } from './fragments.ts';
import type { PlanContext } from './plan-context.ts';
import { provesNothing } from './proof.ts';
import { readCount, readDuration, readFlag, readString } from './read.ts';
import { readReceives } from './receivers.ts';
import { remediesIn, severityOf } from './remedy.ts';
import { lacking, lacksOf, unsetAlone } from './requires.ts';
import { type Reuse, reuseAmong } from './reuse.ts';
import { formerNamesOf, nameOf, slugOf } from './scenario-name.ts';
import type { Definitions, Layer, Scope, Told } from './scope.ts';
import type { ServerContext } from './server.ts';
import type { DialogueContext } from './steps/context.ts';
import { readDialogue, readStep } from './steps/dialogue.ts';
import { tolerateAt } from './tolerance.ts';
import { child, headOf, listAt, type MapNode, type Node, plainAt, plainListAt } from './tree.ts';
import { countErrors, deferUnknown } from './unknown-names.ts';
import { expired, expiredWarning, readKnownIssue, waiverFor } from './waivers.ts';

/** Booleans of YAML 1.1, which YAML 1.2 reads as text and so as a reason to skip. */
const negation = /^(?:n|no|off|false)$/i;

function warnOfNegation(context: PlanContext, node: MapNode): void {
  const skip = child(node, 'skip');
  if (skip?.kind !== 'scalar' || !negation.test(skip.text)) return;
  context.report({
    code: 'value.invalid',
    severity: 'warning',
    message: `"${skip.text}" is the reason for which this scenario is skipped`,
    span: skip.span,
    hint: 'Remove "skip" to run it',
  });
}

/** What the scenarios of a suite have in common. */
export interface SuiteContext {
  readonly suite: Suite;
  readonly root: Node;
  readonly fragments: FragmentSource;
  /** Overridden by the configuration's variables. */
  readonly defaults: Definitions;
  readonly variables: Definitions;
}

export interface Case {
  readonly scenario: Scenario;
  /** Whether its name is known; otherwise errors in it have been reported in another way. */
  readonly named: boolean;
}

/** The time limit of a whole scenario, in milliseconds. */
const defaultTimeout = 60_000;

/** Numbers the slugs that already exist in the suite: those of names and those of former names. */
export interface Slugs {
  readonly name: (slug: string) => string;
  readonly former: (slug: string) => string;
}

/** Plans one case of a scenario. */
export function planCase(
  context: PlanContext,
  suite: SuiteContext,
  node: MapNode,
  values: Layer,
  reuse: Reuse,
  index: number,
  slugs: Slugs,
): Case {
  const errors = countErrors(ofScenario(context, node));
  const deferred = deferUnknown(errors.report);
  const told = reuse.told({ report: errors.report, unknown: deferred.unknown });
  const known = scopeOf(context, suite, node, values, told);
  const lacks = lacksOf(serverContext(context, known), suite.root, node);
  const absent = new Set(lacks.keys());
  const scope: Scope = { ...known, absent };
  if (plainAt(node, 'skip') === undefined)
    for (const unset of unsetAlone(lacks)) errors.report(unsetEnvironment(unset));
  warnOfNegation(context, node);
  const name = nameOf(scope, node);
  // join() copies; V8 would keep a template's parts as long as the id.
  const id = [suite.suite.id, slugs.name(slugOf(name.text))].join('#');
  const formerIds = formerNamesOf(scope, node)
    .map((each) => `${suite.suite.id}#${slugs.former(slugOf(each))}`)
    .filter((each) => each !== id);
  const skip = plainAt(node, 'skip') ?? (lacks.size === 0 ? undefined : lacking(lacks));
  // Absent names change how a case is read, so nothing is reused.
  const common = absent.size === 0 ? reuse : reuseAmong([]);
  const facts = common.once('facts', () => readFacts(context, suite, node, scope));
  const played = readSteps(context, suite, node, scope, common);
  deferred.settle(scope.captured);
  if (skip === undefined && errors.count() === 0 && !context.broken(node) && provesNothing(played.dialogue)) {
    context.report({
      code: 'scenario.expects-nothing',
      message: 'The scenario expects nothing, and so proves nothing',
      span: child(node, 'name')?.span ?? headOf(node),
      hint: 'Say what the server must answer: "expect: 250"',
    });
  }
  const issue = knownIssueOf(context, node, { id, formerIds });
  const scenario: Scenario = {
    index,
    suite: suite.suite,
    id,
    ...(formerIds.length > 0 && { formerIds }),
    name: name.text,
    span: node.span,
    ...facts,
    ...(issue !== undefined && { knownIssue: issue }),
    ...(skip !== undefined && { skip }),
    ...(lacks.size > 0 && { lacks: [...lacks.keys()] }),
    ...played,
  };
  return { scenario, named: name.known };
}

/** Reads what a scenario says about itself, except its name. */
function readFacts(context: PlanContext, { root }: SuiteContext, node: Node, scope: Scope) {
  const tolerate = tolerateAt(scope, ...context.config.tolerating, root, node);
  const description = plainAt(node, 'description');
  const elsewhere = readFlag(scope, child(node, 'elsewhere') ?? child(root, 'elsewhere'));
  const shared = strings(scope, node, 'shared', 'A resource');
  const level = plainAt(node, 'level') === 'should' ? ('should' as const) : ('must' as const);
  return {
    ...(description !== undefined && { description }),
    references: plainListAt(node, 'references'),
    tags: [...new Set([root, node].flatMap((each) => strings(scope, each, 'tags', 'A tag')))],
    level,
    severity: severityOf(root, node, level),
    remedies: remediesIn(root, node),
    ...(elsewhere === true && { elsewhere }),
    timeout:
      readDuration(scope, child(node, 'timeout')) ?? readDuration(scope, child(root, 'timeout')) ?? defaultTimeout,
    retries:
      readCount(scope, child(node, 'retries')) ??
      readCount(scope, child(root, 'retries')) ??
      context.overrides.retries ??
      context.config.retries ??
      0,
    exclusive: strings(scope, node, 'exclusive', 'A resource'),
    ...(shared.length > 0 && { shared }),
    provokes: provocations.filter((each) =>
      [root, node].some((holder) => plainListAt(holder, 'provokes').includes(each)),
    ),
    ...(tolerate.length > 0 && { tolerate }),
    ...(child(root, 'violations')?.value === 'once' && { violationsOnce: true as const }),
  };
}

/** An unset environment variable is an error only if the scenario is selected; all other errors always count. */
function ofScenario({ report }: PlanContext, { span }: MapNode): PlanContext['report'] {
  return (diagnostic) =>
    report(diagnostic.code === 'environment.unset' ? { ...diagnostic, scenario: span } : diagnostic);
}

const noValues: Layer = new Map();

/** The scope of a scenario: its variables, those of its suite and the configuration, and the values of one case. */
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
    trusted: [config.variables, context.provided, context.given],
    captured: new Set(),
    shadowed: new Set(),
    promised: context.promised,
    named: config.named,
    absent: new Set(),
    repeats: false,
    shared: {
      spend: context.spend,
      runId: context.runId,
      today: context.today,
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

function serverContext({ access, config, overrides }: PlanContext, scope: Scope): ServerContext {
  const { servers = new Map(), usualServers = new Map(), timeout } = overrides;
  return { scope, access, config, servers, usualServers, timeout };
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
  const dialogue = reuse.list('dialogue', read([...listAt(suite.root, 'before'), ...listAt(node, 'dialogue')]));
  const after = reuse.list('after', read(listAt(suite.root, 'after')));
  const receives = readReceives(servers, child(node, 'receives'), [...dialogue, ...after]);
  return { dialogue, after, connections: connections.targets(), ...receives };
}

function knownIssueOf({ config, today, report }: PlanContext, node: Node, ids: Identified): KnownIssue | undefined {
  const own = readKnownIssue(child(node, 'known_issue'));
  if (own !== undefined && !expired(own, today)) return own;
  if (own !== undefined) report(expiredWarning(own, child(node, 'known_issue')?.span ?? node.span));
  return waiverFor(ids, config.knownIssues, today);
}
