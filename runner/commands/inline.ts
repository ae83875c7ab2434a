import { listedSteps } from '../authoring/listed-steps.ts';
import { ArgumentError } from '../diagnostic.ts';
import type { LoadTarget } from '../project/options.ts';
import type { Arguments, Terminal } from './command.ts';
import { readInput } from './read-input.ts';

export interface Inline {
  readonly targets: readonly LoadTarget[];
  /** Whether there are steps without a file, for which `--server` gives the server. */
  readonly hasSteps: boolean;
}

/** Scenarios without a file: steps on the command line, and standard input. */
export async function inlineTargets(args: Arguments, terminal: Terminal): Promise<Inline> {
  const steps = args.values('eval');
  const named = args.positionals.filter((each) => each !== '-');
  const targets: LoadTarget[] = [...named];
  const piped =
    named.length < args.positionals.length ? await readInput(terminal, 'the scenarios of standard input') : undefined;
  const isList = piped !== undefined && (isListOfSteps(piped) || piped.trimStart().startsWith('['));
  if (piped !== undefined)
    targets.push({ path: 'stdin', text: isList ? suiteOf('standard input', [piped.trimEnd()], args) : piped });
  if (steps.length > 0) targets.push({ path: 'command-line', text: suiteOf('command line', steps, args) });
  return { targets, hasSteps: isList || steps.length > 0 };
}

/** `--server URL`, without a name: only for steps without a file. */
export function isNameless(server: string): boolean {
  return !/^[\w.-]+=/.test(server);
}

/** Whether the text is a list of steps; a scenario file is a map. */
function isListOfSteps(text: string): boolean {
  const first = text.split('\n').find((line) => !/^\s*(?:#.*)?$/.test(line));
  return first !== undefined && /^\s*-(?:\s|$)/.test(first);
}

function serverFrom(whose: string, args: Arguments): string {
  const [server, ...more] = args.values('server');
  if (server === undefined || more.length > 0)
    throw new ArgumentError(
      `Cannot run the steps of the ${whose}: they need one server`,
      'Add "--server smtp://mail.example.com", or "--server NAME=URL"',
    );
  return isNameless(server) ? server : server.slice(0, server.indexOf('='));
}

/** Wraps the steps in the keys that a file must have. A list in brackets is a list of steps. */
function suiteOf(whose: string, steps: readonly string[], args: Arguments): string {
  const list = steps
    .flatMap((text) => (/^\s*\[/.test(text) ? listedSteps(text) : [text]))
    .map((text) => (isListOfSteps(text) ? text : `- ${text.trimStart().replaceAll('\n', '\n  ')}`))
    .join('\n');
  return [
    `suite: ${whose}`,
    `server: ${JSON.stringify(serverFrom(whose, args))}`,
    'scenarios:',
    `  - name: ${whose}`,
    '    dialogue:',
    ...list.split('\n').map((line) => `      ${line}`),
    '',
  ].join('\n');
}
