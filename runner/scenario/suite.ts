import type { Scenario, Suite } from '../plan.ts';
import type { SourceFile } from '../source.ts';
import { definitionsAt, refuseBuiltIns } from './definitions.ts';
import { fragmentSource } from './fragments.ts';
import { limits } from './limits.ts';
import { casesOf } from './matrix.ts';
import type { PlanContext } from './plan-context.ts';
import { readString } from './read.ts';
import { reuseAmong } from './reuse.ts';
import { rowsIn } from './rows.ts';
import { type Case, planCase, type SuiteContext, scopeOf } from './scenario.ts';
import type { Definitions, Scope } from './scope.ts';
import {
  child,
  entriesOf,
  headOf,
  listAt,
  mapAt,
  type Node,
  plainAt,
  plainListAt,
  type ScalarNode,
  sizeOf,
} from './tree.ts';
import { expandQuietly, toText } from './variables.ts';

/** Plans the scenarios of one file, numbered from `first`. */
export function planSuite(
  context: PlanContext,
  file: SourceFile,
  root: Node,
  { id, shipped }: { readonly id: string; readonly shipped: boolean },
  first: number,
): { readonly suite: Suite; readonly scenarios: readonly Scenario[] } {
  const description = plainAt(root, 'description');
  const suite: Suite = {
    file: file.path,
    id,
    ...(shipped && { shipped }),
    title: plainAt(root, 'suite') ?? id,
    ...(description !== undefined && { description }),
    references: plainListAt(root, 'references'),
  };
  for (const key of ['defaults', 'variables'])
    for (const diagnostic of refuseBuiltIns(mapAt(root, key))) context.report(diagnostic);
  const shared = {
    suite,
    root,
    fragments: fragmentSource(file, root),
    defaults: definitionsAt(root, 'defaults'),
    variables: definitionsAt(root, 'variables'),
  };
  const names = new Map<string, Case>();
  const slugs = { name: numbering(), former: numbering() };
  const scenarios: Scenario[] = [];
  for (const node of listAt(root, 'scenarios')) {
    if (node.kind !== 'map') continue;
    const cases = casesIn(context, shared, node);
    context.spend('cases', cases.length, child(node, 'each')?.span ?? headOf(node));
    context.spend('values', cases.length * (ownSize(root) + ownSize(node)), headOf(node));
    const reuse = reuseAmong(cases);
    for (const values of cases) {
      const one = planCase(context, shared, node, reuse.layer(values), reuse, first + scenarios.length, slugs);
      if (one.named) refuseDuplicate(context, names, one, node);
      scenarios.push(one.scenario);
    }
  }
  refuseReused(context, scenarios);
  return { suite, scenarios };
}

/** Reports a former name that is now another scenario's name: it would select both. */
function refuseReused({ report }: PlanContext, scenarios: readonly Scenario[]): void {
  if (!scenarios.some(({ formerIds }) => formerIds)) return;
  const owners = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  for (const scenario of scenarios)
    for (const id of scenario.formerIds ?? []) {
      const owner = owners.get(id) ?? scenario;
      if (owner === scenario) continue;
      report({
        code: 'scenario.duplicate',
        message: `The former id "${id}" would select "${owner.name}" as well`,
        span: scenario.span,
        hint: 'Remove that name from "formerly"',
      });
    }
}

/**
 * Keys that are read once, or whose steps are counted as they are read. All other keys are read again for each case.
 */
const elsewhere = new Set(['scenarios', 'fragments', 'dialogue', 'before', 'after', 'each', 'variables', 'defaults']);

/** The number of values of a suite or scenario, not counting its steps. */
function ownSize(node: Node): number {
  return entriesOf(node).reduce((size, { key, node: value }) => (elsewhere.has(key) ? size : size + sizeOf(value)), 1);
}

function casesIn(context: PlanContext, suite: SuiteContext, node: Node): readonly Definitions[] {
  const { report } = context;
  for (const key of ['variables', 'each'])
    for (const diagnostic of refuseBuiltIns(mapAt(node, key))) report(diagnostic);
  for (const row of listAt(node, 'each'))
    for (const diagnostic of refuseBuiltIns(row.kind === 'map' ? row : undefined)) report(diagnostic);
  const file = child(node, 'each');
  if (file?.kind === 'scalar') {
    const named = readString(scopeOf(context, suite, node), file, 'A file');
    return named === undefined ? [] : rowsIn(context.access, named, file.span, report);
  }
  const cases = casesOf(node, (text) => wordsIn(scopeOf(context, suite, node), text));
  if (cases !== 'too many') return cases;
  const span = entriesOf(node).find(({ key }) => key === 'each')?.keySpan ?? node.span;
  report({
    code: 'value.invalid',
    message: `More than ${limits.casesOfScenario} cases`,
    span,
    hint: 'Lists of "each" multiply: write rows, [{ … }, { … }], for the combinations that matter',
  });
  return [];
}

/** Words are separated by spaces or commas. */
function wordsIn(scope: Scope, node: ScalarNode): readonly string[] | undefined {
  const expanded = expandQuietly(scope, node);
  const text = toText(expanded);
  // Words of a secret would be shown in the scenarios' names.
  if (expanded.vague || expanded.taint.size > 0 || typeof text !== 'string') return undefined;
  return text.split(/[\s,]+/, limits.casesOfScenario + 2).filter((word) => word !== '');
}

function refuseDuplicate({ report }: PlanContext, names: Map<string, Case>, one: Case, node: Node): void {
  const { name } = one.scenario;
  if (!names.has(name)) {
    names.set(name, one);
    return;
  }
  const each = child(node, 'each') !== undefined;
  report({
    code: 'scenario.duplicate',
    message: `A scenario named "${name}" exists in this suite already`,
    span: child(node, 'name')?.span ?? node.span,
    hint: each
      ? `Put what varies into the name: "${name} (\${${variesIn(node)}})"`
      : 'Give it another name: reports and --rerun-failed know scenarios by their names',
  });
}

/** The first variable of `each`. */
function variesIn(node: Node): string {
  const each = child(node, 'each');
  return entriesOf(each?.kind === 'list' ? each.items[0] : each)[0]?.key ?? 'name';
}

function numbering(): (slug: string) => string {
  const slugs = new Map<string, number>();
  return (slug) => unique(slugs, slug);
}

/** Names that differ only in punctuation have the same slug: later ones are numbered. */
function unique(slugs: Map<string, number>, slug: string): string {
  const count = (slugs.get(slug) ?? 0) + 1;
  slugs.set(slug, count);
  return count === 1 ? slug : unique(slugs, `${slug}-${count}`);
}
