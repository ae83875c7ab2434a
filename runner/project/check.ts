import type { Diagnostic } from '../diagnostic.ts';
import { onceEach } from '../scenario/plan.ts';
import { build } from './build.ts';
import type { ProjectOptions } from './options.ts';
import { readProject } from './read.ts';
import { sealed } from './sealed.ts';
import { unmatched } from './unmatched.ts';
import { unreadNames } from './unread-names.ts';
import { newRunId, today } from './world.ts';

/** The result of `check`. */
export interface Checked {
  /** Errors and warnings, file by file. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many files were checked, including the configuration. */
  readonly files: number;
  /** How many scenarios they contain. */
  readonly scenarios: number;
}

/**
 * Every error and warning in the configuration and the named files, whether selected or not. Throws a `DiagnosticError`
 * if an option cannot be used or the configuration cannot be read.
 */
export async function check(options: ProjectOptions = {}): Promise<Checked> {
  const project = await readProject(options);
  const { plan, diagnostics: planning } = build(project, { runId: newRunId(), today: today() });
  const whole = (options.targets ?? []).length === 0;
  const unread = [
    ...(await unmatched(project, plan, whole, options.allowSkips)),
    ...(await unreadNames(project, whole)),
  ];
  const found = onceEach([...project.diagnostics, ...unread, ...planning].map(ofFiles));
  const diagnostics = sealed(found, [...project.secrets, ...plan.secrets], project.config.file);
  const files = project.files.length + (project.config.file === undefined ? 0 : 1);
  return {
    diagnostics: files === 0 ? [...diagnostics, nothingToCheck] : diagnostics,
    files,
    scenarios: plan.scenarios.length,
  };
}

/** A file may be correct even if the environment variables that its run needs are not set. */
function ofFiles(diagnostic: Diagnostic): Diagnostic {
  const { scenario, ...whole } = diagnostic;
  return scenario === undefined ? diagnostic : { ...whole, severity: 'warning' };
}

const nothingToCheck: Diagnostic = {
  code: 'selection.empty',
  message: 'There is nothing to check',
  hint: 'Name scenario files or folders, or write a mailspec.yaml',
};
