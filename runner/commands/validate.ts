import { ArgumentError, type Diagnostic, DiagnosticError, isError } from '../diagnostic.ts';
import { many } from '../phrase.ts';
import { type Checked, check } from '../project/check.ts';
import { codeQuality } from '../reporters/code-quality.ts';
import { openReport } from '../reporters/index.ts';
import { repositoryPaths } from '../reporters/repository-path.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { printDiagnostics } from './diagnostics.ts';
import { loadOptions } from './load-options.ts';

export const main: Main = async (args, terminal) => {
  const { diagnostics, files, scenarios } = await reported(args, terminal);
  printDiagnostics(diagnostics, terminal);
  if (diagnostics.some(isError)) return 2;
  // The report may need standard output for itself.
  const people = args.value('code-quality') === '-' ? terminal.stderr : terminal.stdout;
  if (scenarios === 0 && args.positionals.length === 0) {
    people.write('The configuration lists no scenarios: name files or folders to check them too\n');
  }
  people.write(`${many(files, 'file')} with ${many(scenarios, 'scenario')}: no errors\n`);
  return 0;
};

/** Checks everything, and writes a report for GitLab if requested, even if an error ends the check. */
async function reported(args: Arguments, terminal: Terminal): Promise<Checked> {
  const options = await loadOptions(args, terminal);
  const place = args.value('code-quality');
  if (place === undefined) return check(options);
  if (place === '')
    throw new ArgumentError(
      'Option "--code-quality" needs a file',
      'Write "--code-quality gl-code-quality-report.json"',
    );
  const report = await openReport(place, { ...terminal.raw, cwd: terminal.cwd });
  const write = async (diagnostics: readonly Diagnostic[]) => {
    await report.write(
      codeQuality(diagnostics, {
        fallback: args.value('config') ?? 'mailspec.yaml',
        repositoryPath: repositoryPaths(terminal.env, terminal.cwd),
      }),
    );
    await report.finish();
  };
  try {
    const checked = await check(options);
    await write(checked.diagnostics);
    return checked;
  } catch (error) {
    if (error instanceof DiagnosticError && !(error instanceof ArgumentError)) await write(error.diagnostics);
    else await report.discard();
    throw error;
  }
}
