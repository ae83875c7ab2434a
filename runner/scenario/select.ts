import { resolve } from 'node:path';
import { byIdentity } from '../by-identity.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import type { Scenario } from '../plan.ts';
import { idsOf, isMeant } from '../scenario-id.ts';
import { positionAt, type SourceFile } from '../source.ts';
import { shownPath } from './access.ts';
import { parseTags } from './tags.ts';

/** Which planned scenarios to run; an absent criterion excludes nothing. */
export interface Selection {
  /** `smtp and not slow` */
  readonly tags?: string | undefined;
  /** Text in the name or the id; case is ignored. */
  readonly grep?: string | undefined;
  /** `FILE:LINE`; a file without a line selects all of its scenarios. */
  readonly places?: readonly NamedPlace[];
  /** Ids of scenarios, in which `*` matches any characters, or of suites. */
  readonly ids?: readonly string[];
}

interface NamedPlace {
  readonly file: string;
  readonly line?: number;
}

/** The selected scenarios in order, numbered anew. An empty selection is an error. */
export function select(
  scenarios: readonly Scenario[],
  selection: Selection,
  cwd: string,
): { readonly scenarios: readonly Scenario[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const tags = selection.tags === undefined ? undefined : parseTags(selection.tags);
  if (tags !== undefined && typeof tags !== 'function') return { scenarios: [], diagnostics: [tags] };
  const grep = selection.grep?.toLowerCase();
  const named = namedBy(scenarios, selection, cwd, diagnostics);
  const selected = scenarios.filter(
    (scenario) =>
      (named === undefined || named.has(scenario)) &&
      (tags === undefined || tags(new Set(scenario.tags))) &&
      (grep === undefined || [scenario.name, ...idsOf(scenario)].some((text) => text.toLowerCase().includes(grep))),
  );
  if (selected.length === 0 && diagnostics.length === 0) diagnostics.push(nothing(scenarios, selection));
  return { scenarios: numbered(selected), diagnostics };
}

/** Scenarios with the right number are not copied: of a large run, there would be two of each. */
function numbered(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios.map((scenario, index) => (scenario.index === index ? scenario : { ...scenario, index }));
}

function nothing(scenarios: readonly Scenario[], { tags, grep }: Selection): Diagnostic {
  if (scenarios.length === 0)
    return {
      code: 'selection.empty',
      message: 'There are no scenarios',
      hint: 'Name files, put them into the folder "scenarios", or list them under "scenarios" of the configuration',
    };
  const wanted = [
    ...(tags === undefined ? [] : [`--tags "${tags}"`]),
    ...(grep === undefined ? [] : [`--grep "${grep}"`]),
  ].join(' and ');
  const known = [...new Set(scenarios.flatMap((scenario) => scenario.tags))].sort();
  const hint = tags !== undefined && known.length > 0 ? `The tags are ${known.join(', ')}` : 'See "mailspec list"';
  return {
    code: 'selection.empty',
    message: `None of ${scenarios.length} scenarios is selected${wanted === '' ? '' : ` by ${wanted}`}`,
    hint,
  };
}

/** The scenarios named by arguments; `undefined` if no argument names any. */
function namedBy(
  scenarios: readonly Scenario[],
  { places = [], ids = [] }: Selection,
  cwd: string,
  diagnostics: Diagnostic[],
): ReadonlySet<Scenario> | undefined {
  if (ids.length === 0 && places.length === 0) return undefined;
  const named = new Set<Scenario>();
  for (const id of ids) {
    const found = scenarios.filter((scenario) => isMeant(scenario, id) || scenario.suite.id === id);
    for (const scenario of found) named.add(scenario);
    if (found.length === 0) {
      const near = nearest(
        id,
        scenarios.map((scenario) => scenario.id),
      );
      diagnostics.push({
        code: 'selection.empty',
        message: `No scenario has the id "${id}"`,
        hint: near === undefined ? 'See "mailspec list"' : `Did you mean "${near}"?`,
      });
    }
  }
  const byFile = places.length === 0 ? new Map<string, readonly Scenario[]>() : inFiles(scenarios, cwd);
  for (const { file, line } of places) {
    const here = byFile.get(resolve(cwd, file)) ?? [];
    const found = line === undefined ? here : atLine(here, line);
    for (const scenario of found) named.add(scenario);
    if (found.length === 0) {
      const shown = shownPath(file, cwd);
      const message =
        line === undefined ? `There is no scenario in "${shown}"` : `There is no scenario at "${shown}:${line}"`;
      diagnostics.push({ code: 'selection.empty', message, hint: 'See "mailspec list"' });
    }
  }
  return named;
}

/**
 * Scenarios by absolute path. A run may name hundreds of places, and each file has many scenarios, so each path is
 * resolved once.
 */
function inFiles(scenarios: readonly Scenario[], cwd: string): ReadonlyMap<string, readonly Scenario[]> {
  const pathOf = byIdentity(({ path }: SourceFile) => resolve(cwd, path));
  const files = new Map<string, Scenario[]>();
  for (const scenario of scenarios) {
    const path = pathOf(scenario.span.file);
    const here = files.get(path);
    if (here === undefined) files.set(path, [scenario]);
    else here.push(scenario);
  }
  return files;
}

/** The scenario at a line: the last one that begins there or before, with all its cases. */
function atLine(scenarios: readonly Scenario[], line: number): readonly Scenario[] {
  const lineOf = (scenario: Scenario) => positionAt(scenario.span.file, scenario.span.start).line;
  const start = Math.max(...scenarios.map(lineOf).filter((each) => each <= line));
  return scenarios.filter((scenario) => lineOf(scenario) === start);
}
