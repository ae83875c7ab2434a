import { type Diagnostic, DiagnosticError } from '../diagnostic.ts';
import { codeQuality } from '../reporters/code-quality.ts';
import { openReport } from '../reporters/index.ts';
import { repositoryPaths } from '../reporters/repository-path.ts';
import { ArgumentError } from './arguments.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { count, isError, printDiagnostics } from './diagnostics.ts';
import { checkAll } from './load.ts';

export const main: Main = async (args, terminal) => {
  const { diagnostics, files, scenarios } = await reported(args, terminal);
  printDiagnostics(diagnostics, terminal);
  if (diagnostics.some(isError)) return 2;
  // Standard output may be the report's alone.
  const people = args.value('code-quality') === '-' ? terminal.stderr : terminal.stdout;
  if (scenarios === 0 && args.positionals.length === 0) {
    people.write('The configuration lists no scenarios: name files or folders to check them too\n');
  }
  people.write(`${count(files, 'file')} with ${count(scenarios, 'scenario')}: no mistakes\n`);
  return 0;
};

/** All that was checked, and its report for GitLab where one is asked for: one of mistakes that end the check as well. */
async function reported(args: Arguments, terminal: Terminal): ReturnType<typeof checkAll> {
  const place = args.value('code-quality');
  if (place === undefined) return checkAll(args, terminal);
  if (place === '')
    throw new ArgumentError(
      'Option "--code-quality" needs a file',
      'Write "--code-quality gl-code-quality-report.json"',
    );
  const report = await openReport(place, terminal.stdout);
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
    const checked = await checkAll(args, terminal);
    await write(checked.diagnostics);
    return checked;
  } catch (error) {
    if (error instanceof DiagnosticError) await write(error.diagnostics);
    else await report.discard();
    throw error;
  }
}
