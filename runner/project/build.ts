import { type Diagnostic, DiagnosticError, isError } from '../diagnostic.ts';
import type { Plan, Scenario } from '../plan.ts';
import { onceEach, type PlanRequest, plan, select } from '../scenario/plan.ts';
import type { Project } from './read.ts';
import { sealed } from './sealed.ts';
import { openTreeCache } from './tree-cache.ts';

export interface Built {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** The plan of all scenarios of a project, and the diagnostics of planning. */
export function build(
  { files, config, cwd, overrides, system, cache }: Project,
  request: Pick<PlanRequest, 'runId' | 'today'> & Partial<Pick<PlanRequest, 'config' | 'overrides'>>,
): Built {
  const trees = cache === undefined ? undefined : openTreeCache(cache, files);
  const built = plan({ files, config, cwd, overrides, system, ...(trees && { parse: trees.parse }), ...request });
  trees?.keep();
  return built;
}

/** What a plan is for: a plan for reading needs no environment variables. */
export type Purpose = 'run' | 'read';

/**
 * The plan of the selected scenarios, with the warnings of reading and planning. Throws a `DiagnosticError` if either
 * found an error, or if nothing is selected.
 */
export function selected(
  { selection, cwd, diagnostics, config, secrets }: Project,
  built: Built,
  purpose: Purpose,
): Built {
  const { scenarios, diagnostics: unselected } = select(built.plan.scenarios, selection, cwd);
  const chosen = purpose === 'run' ? scenarios : [];
  const about = onceEach([...diagnostics, ...built.diagnostics].flatMap((each) => aboutThese(chosen, each)));
  const known = [...secrets, ...built.plan.secrets];
  const found = sealed(about, known, config.file);
  if (found.some(isError)) throw new DiagnosticError(found);
  if (unselected.length > 0) throw new DiagnosticError([...found, ...sealed(unselected, known, config.file)]);
  return { plan: { ...built.plan, scenarios, secrets: known }, diagnostics: found };
}

function aboutThese(scenarios: readonly Scenario[], diagnostic: Diagnostic): readonly Diagnostic[] {
  const { scenario: about, ...whole } = diagnostic;
  if (about === undefined) return [diagnostic];
  return scenarios.some(({ span }) => span.file.path === about.file.path && span.start === about.start) ? [whole] : [];
}
