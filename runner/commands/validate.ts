import type { Main } from './command.ts';
import { count, isError, printDiagnostics } from './diagnostics.ts';
import { checkAll } from './load.ts';

export const main: Main = async (args, terminal) => {
  const { diagnostics, files, scenarios } = await checkAll(args, terminal);
  printDiagnostics(diagnostics, terminal);
  if (diagnostics.some(isError)) return 2;
  if (scenarios === 0 && args.positionals.length === 0) {
    terminal.stdout.write('The configuration lists no scenarios: name files or folders to check them too\n');
  }
  terminal.stdout.write(`${count(files, 'file')} with ${count(scenarios, 'scenario')}: no mistakes\n`);
  return 0;
};
