import { type Diagnostic, DiagnosticError, isError } from '../diagnostic.ts';
import type { Plan } from '../plan.ts';
import { type PlanRequest, plan, select } from '../scenario/plan.ts';
import type { Project } from './read.ts';

export interface Built {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** The plan of all scenarios of a project, and what planning found wrong in its files. */
export function build(
  { files, config, cwd, overrides, system }: Project,
  request: Pick<PlanRequest, 'runId' | 'today'> & Partial<Pick<PlanRequest, 'config' | 'overrides'>>,
): Built {
  return plan({ files, config, cwd, overrides, system, ...request });
}

/**
 * The plan of the selected scenarios, with the warnings of reading and planning. Throws a `DiagnosticError` where either
 * found an error, or nothing is selected.
 */
export function selected({ selection, cwd, diagnostics }: Project, built: Built): Built {
  const found = [...diagnostics, ...built.diagnostics];
  if (found.some(isError)) throw new DiagnosticError(found);
  const { scenarios, diagnostics: unselected } = select(built.plan.scenarios, selection, cwd);
  if (unselected.length > 0) throw new DiagnosticError([...found, ...unselected]);
  return { plan: { ...built.plan, scenarios }, diagnostics: found };
}
