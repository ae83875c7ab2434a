import { listedSteps } from '../authoring/listed-steps.ts';
import { ArgumentError } from '../diagnostic.ts';
import type { LoadTarget } from '../project/options.ts';
import type { Arguments, Terminal } from './command.ts';
import { readInput } from './read-input.ts';

/** Scenario files that are no files: steps on the command line, and what standard input holds. */
export async function inlineTargets(args: Arguments, terminal: Terminal): Promise<readonly LoadTarget[]> {
  const steps = args.values('eval');
  const named = args.positionals.filter((each) => each !== '-');
  const targets: LoadTarget[] = [...named];
  if (named.length < args.positionals.length)
    targets.push({ path: 'stdin', text: await readInput(terminal, 'the scenarios') });
  if (steps.length > 0) targets.push({ path: 'command-line', text: suiteOf(steps, serverFrom(args)) });
  return targets;
}

/** `--server URL`, without a name: only for steps on the command line. */
export function isNameless(server: string): boolean {
  return !/^[\w.-]+=/.test(server);
}

function serverFrom(args: Arguments): string {
  const [server, ...more] = args.values('server');
  if (server === undefined || more.length > 0)
    throw new ArgumentError(
      'Cannot run the steps of "-e": they need one server',
      'Add "--server smtp://mail.example.com", or "--server NAME=URL"',
    );
  return isNameless(server) ? server : server.slice(0, server.indexOf('='));
}

/** The steps below everything that a file must have. A list in brackets is its steps. */
function suiteOf(steps: readonly string[], server: string): string {
  const list = steps
    .flatMap((text) => (/^\s*\[/.test(text) ? listedSteps(text) : [text]))
    .map((text) => (/^\s*- /.test(text) ? text : `- ${text.trimStart().replaceAll('\n', '\n  ')}`))
    .join('\n');
  return [
    'suite: command line',
    `server: ${JSON.stringify(server)}`,
    'scenarios:',
    '  - name: command line',
    '    dialogue:',
    ...list.split('\n').map((line) => `      ${line}`),
    '',
  ].join('\n');
}
