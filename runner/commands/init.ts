import { AuditError } from '../audit/find.ts';
import { firstScenario, isJob, jobs } from '../audit/first-scenario.ts';
import type { Accounts, Settings } from '../audit/settings.ts';
import { ArgumentError } from '../diagnostic.ts';
import { ask, canAsk } from './ask.ts';
import { surveyedAloud } from './audit-survey.ts';
import { calledAs } from './called-as.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { configurationText, refuseExisting, settingsOf, writeNew } from './configuration-file.ts';
import { printArgumentError } from './diagnostics.ts';

const configurationPath = 'mailspec.yaml';
const scenarioPath = 'scenarios/first.yaml';

export const main: Main = async (args, terminal) => {
  for (const path of [configurationPath, scenarioPath]) await refuseExisting(path, terminal);
  try {
    const { name, accounts, ci } = await answers(args, terminal);
    if (ci !== undefined) await refuseExisting(jobs[ci].path, terminal);
    const found = await surveyedAloud(name, args, terminal);
    const [settings] = settingsOf(found, accounts, args, terminal) as [Settings];
    const [first] = found.services;
    if (first === undefined) return 3;
    const files: readonly (readonly [string, string])[] = [
      [
        configurationPath,
        await configurationText(settings, {
          by: 'mailspec init',
          packs: settings.group.targets,
          scenarios: 'scenarios/',
        }),
      ],
      [scenarioPath, firstScenario(first.role)],
      ...(ci === undefined ? [] : [[jobs[ci].path, jobs[ci].text] as const]),
    ];
    for (const [path, text] of files) {
      await writeNew(path, text, terminal);
      terminal.stdout.write(`wrote ${path}\n`);
    }
    terminal.stdout.write(
      `Run your scenarios with "${calledAs(terminal)} run", and the packs with the command in mailspec.yaml.\n`,
    );
    return 0;
  } catch (error) {
    if (terminal.signal.aborted || error instanceof Interrupted) return 130;
    if (!(error instanceof AuditError)) throw error;
    printArgumentError(new ArgumentError(error.message, error.hint), terminal);
    return 3;
  }
};

/** Ctrl-C, or the end of the input, instead of an answer. */
class Interrupted extends Error {}

interface Answers {
  readonly name: string | undefined;
  readonly accounts: Accounts;
  readonly ci: keyof typeof jobs | undefined;
}

/** The answers given as arguments; the person at the terminal is asked for the others, unless arguments forbid that. */
async function answers(args: Arguments, terminal: Terminal): Promise<Answers> {
  const [given, ...more] = args.positionals;
  if (more.length > 0) throw new ArgumentError('Cannot look for mail servers: several domains are named');
  const asks = !args.has('yes') && canAsk(terminal);
  const answer = async (question: string) => {
    if (!asks) return undefined;
    const line = await ask(question, terminal);
    if (line === undefined) throw new Interrupted();
    return line === '' ? undefined : line;
  };
  const isNamed = args.has('server') || args.has('host');
  const name =
    given ?? (await answer(isNamed ? 'The domain, if it has one:' : 'The domain, or the host of the server:'));
  const users = args.values('user');
  const user = users[0] ?? (await answer('An account for tests, if there is one:'));
  const recipient = users[1] ?? (user === undefined ? undefined : await answer('A second one, if there is one:'));
  const ci = args.value('ci') ?? (await answer('A job for "gitlab" or "github", if you want one:'));
  if (ci !== undefined && !isJob(ci))
    throw new ArgumentError(`Unknown CI server "${ci}"`, `The CI servers are ${Object.keys(jobs).join(', ')}`);
  return {
    name,
    ci,
    accounts: { ...(user !== undefined && { user }), ...(recipient !== undefined && { recipient }) },
  };
}
