import { ArgumentError, DiagnosticError } from '../diagnostic.ts';
import { nearest } from '../nearest.ts';
import { parseArguments } from './arguments.ts';
import { auditCommand } from './audit.options.ts';
import type { Command, Main, Terminal, World } from './command.ts';
import { completionCommand } from './completion.options.ts';
import { demoCommand } from './demo.options.ts';
import { printArgumentError, printDiagnostics } from './diagnostics.ts';
import { diffCommand } from './diff.options.ts';
import { docsCommand } from './docs.options.ts';
import { explainCommand } from './explain.options.ts';
import { helpPage, overview } from './help.ts';
import { importCommand } from './import.options.ts';
import { initCommand } from './init.options.ts';
import { listCommand } from './list.options.ts';
import { loadCommand } from './load.options.ts';
import { mergeCommand } from './merge.options.ts';
import { recordCommand } from './record.options.ts';
import { runCommand } from './run.options.ts';
import { schemaCommand } from './schema.options.ts';
import { serveCommand } from './serve.options.ts';
import { snapshotCommand } from './snapshot.options.ts';
import { talkCommand } from './talk.options.ts';
import { terminalOf } from './terminal.ts';
import { tryCommand } from './try.options.ts';
import { validateCommand } from './validate.options.ts';

/** One row for each command; its program is loaded when it is called. */
const commands: readonly { readonly command: Command; readonly load: () => Promise<{ readonly main: Main }> }[] = [
  { command: runCommand, load: () => import('./run.ts') },
  { command: recordCommand, load: () => import('./record.ts') },
  { command: serveCommand, load: () => import('./serve.ts') },
  { command: importCommand, load: () => import('./import.ts') },
  { command: loadCommand, load: () => import('./load.ts') },
  { command: auditCommand, load: () => import('./audit.ts') },
  { command: snapshotCommand, load: () => import('./snapshot.ts') },
  { command: diffCommand, load: () => import('./diff.ts') },
  { command: initCommand, load: () => import('./init.ts') },
  { command: talkCommand, load: () => import('./talk.ts') },
  { command: tryCommand, load: () => import('./try.ts') },
  { command: validateCommand, load: () => import('./validate.ts') },
  { command: listCommand, load: () => import('./list.ts') },
  { command: explainCommand, load: () => import('./explain.ts') },
  { command: mergeCommand, load: () => import('./merge.ts') },
  { command: docsCommand, load: () => import('./docs.ts') },
  { command: demoCommand, load: () => import('./demo.ts') },
  { command: schemaCommand, load: () => import('./schema.ts') },
  {
    command: completionCommand,
    load: async () => ({ main: (await import('./completion.ts')).completionOf(allCommands) }),
  },
];

export const allCommands: readonly Command[] = commands.map(({ command }) => command);

/** Runs a command: finds it, prints help, reports arguments that cannot be used. Resolves to the exit status. */
export async function dispatch(argv: readonly string[], world: World): Promise<number> {
  const terminal = terminalOf(world);
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
      terminal.stdout.write(overview(allCommands));
      return name === undefined ? 2 : 0;
    }
    const found = find(name === 'help' ? (rest[0] ?? '') : name);
    if (name === 'help' || rest.includes('--help') || rest.includes('-h')) {
      terminal.stdout.write(helpPage(found.command));
      return 0;
    }
    const args = parseArguments(found.command, rest);
    const { main } = await found.load();
    return await main(args, terminal);
  } catch (error) {
    if (error instanceof ArgumentError) {
      // The message may quote an argument, and the configuration's secrets are not known yet.
      await learnConfigured(argv, terminal);
      printArgumentError(error, terminal);
      return await unusableStatus(argv, error.message, terminal);
    }
    if (error instanceof DiagnosticError) {
      printDiagnostics(error.diagnostics, terminal);
      return await unusableStatus(argv, error.diagnostics[0]?.message ?? error.message, terminal);
    }
    throw error;
  }
}

/**
 * 2. For the output of a monitoring plugin, prints a line and returns 3, since 2 would mean there that the mail server
 * is down.
 */
async function unusableStatus(argv: readonly string[], message: string, { stdout }: Terminal): Promise<number> {
  const isMonitored = argv.some((each, at) =>
    /^nagios(?:=|$)/.test(argv[at - 1] === '--reporter' ? each : (/^--reporter=(.*)$/.exec(each)?.[1] ?? '')),
  );
  if (!isMonitored) return 2;
  const { nagiosLine, nagiosStatus } = await import('../reporters/nagios.ts');
  stdout.write(nagiosLine('UNKNOWN', ['cannot run', message]));
  return nagiosStatus.UNKNOWN;
}

/** Reads the secrets of the configuration that the arguments name, as far as it is readable. */
async function learnConfigured(argv: readonly string[], terminal: Terminal): Promise<void> {
  const optionOf = (name: string) =>
    argv
      .flatMap((each, at) =>
        each === name ? [argv[at + 1]] : each.startsWith(`${name}=`) ? [each.slice(name.length + 1)] : [],
      )
      .at(-1);
  const { knownSecrets } = await import('../project/sealed.ts');
  const { cwd, env } = terminal;
  terminal.learn(await knownSecrets({ cwd, env, config: optionOf('--config'), profile: optionOf('--profile') }));
}

function find(name: string): (typeof commands)[number] {
  const found = commands.find(({ command }) => command.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    commands.map(({ command }) => command.name),
  );
  if (name.startsWith('-')) {
    const known = nearest(name, ['--help', '--version']);
    throw new ArgumentError(
      `Unknown option "${name}"`,
      known === undefined ? 'See "mailspec help"; options come after the command' : `Did you mean "${known}"?`,
    );
  }
  throw new ArgumentError(
    `Unknown command "${name}"`,
    near === undefined ? 'See "mailspec help"' : `Did you mean "mailspec ${near}"?`,
  );
}
