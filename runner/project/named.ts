import { type Diagnostic, isError } from '../diagnostic.ts';
import type { Span } from '../source.ts';
import { type Built, build, selected } from './build.ts';
import type { ProjectOptions } from './options.ts';
import { readProject } from './read.ts';

/** Documentation must be the same in every run. */
const documentedRun = { runId: '${run.id}', today: '0000-01-01' } as const;

/**
 * A plan for reading: the configuration's variables and secrets remain names, in holes that are never filled. Those
 * that are needed to read a file (a path, a size) have their values. Throws a `DiagnosticError` as `load` does.
 */
export async function loadNamed(options: ProjectOptions = {}): Promise<Built> {
  const project = await readProject(options);
  const { config } = project;
  const built = (names: ReadonlySet<string>) => {
    const variables = new Map([...config.variables].filter(([name]) => !names.has(name)));
    return build(project, { ...documentedRun, config: { ...config, variables, named: names } });
  };
  let names: ReadonlySet<string> = new Set(config.variables.keys());
  let found = built(names);
  while (names.size > 0 && found.diagnostics.some(isMistake)) {
    const needed = new Set(
      found.diagnostics.filter(isMistake).flatMap(({ span }) => (span === undefined ? [] : namesIn(span))),
    );
    const left = new Set([...names].filter((name) => !needed.has(name)));
    // If no name explains an error, any of them may be the cause.
    names = left.size === names.size ? new Set() : left;
    found = built(names);
  }
  return selected(project, found, 'read');
}

/** An error that only a run would have is not an error here. */
function isMistake(diagnostic: Diagnostic): boolean {
  return isError(diagnostic) && diagnostic.scenario === undefined;
}

/** The variables used in a range of a file. */
function namesIn({ file, start, end }: Span): readonly string[] {
  return [...file.text.slice(start, end).matchAll(/\$\{([^}|]+)/g)].map(([, name = '']) => name);
}
