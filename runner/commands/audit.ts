import { type Chosen, choose, joined, type LeftOut } from '../audit/checks.ts';
import { AuditError } from '../audit/find.ts';
import type { Group } from '../audit/groups.ts';
import { mayHave } from '../audit/only.ts';
import { type Accounts, configurationOf, type Settings } from '../audit/settings.ts';
import { ArgumentError, type Diagnostic } from '../diagnostic.ts';
import { meetsGlob } from '../glob.ts';
import { many } from '../phrase.ts';
import type { Plan } from '../plan.ts';
import { load } from '../project/load.ts';
import { rerunCommand } from '../project/rerun.ts';
import { shippedSuites } from '../project/targets.ts';
import type { ScenarioResult } from '../result.ts';
import { shellWord } from '../shell-word.ts';
import { visible } from '../visible.ts';
import { accountsFrom } from './accounts.ts';
import { pairs, wholeNumber } from './arguments.ts';
import { refusal } from './ask.ts';
import { auditCommand } from './audit.options.ts';
import { type Surveyed, surveyedAloud } from './audit-survey.ts';
import { cacheFolder } from './cache-folder.ts';
import { calledAs } from './called-as.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { configurationText, refuseExisting, settingsOf, writeNew } from './configuration-file.ts';
import { printArgumentError, printDiagnostics } from './diagnostics.ts';
import { play, requestedDialect } from './run.ts';

/** How many scenarios run at a time: they mostly wait for a distant server. */
const parallelByDefault = 12;

export const main: Main = async (args, terminal) => {
  const [name, ...others] = [...args.positionals, ...args.values('domain')];
  if (args.positionals.length > 1)
    throw new ArgumentError('Cannot audit: several domains are named', 'Add each further domain with "--domain"');
  const saved = args.value('save');
  if (saved !== undefined && others.length > 0)
    throw new ArgumentError('Cannot save a configuration for several domains', 'Save one for each');
  if (saved !== undefined) await refuseExisting(saved, terminal);
  try {
    const found = await surveyedAloud(name, args, terminal);
    const further: Further[] = [];
    for (const domain of others) further.push({ domain, found: await surveyedAloud(domain, args, terminal) });
    return await checked(found, further, args, terminal);
  } catch (error) {
    if (terminal.signal.aborted) return 130;
    if (!(error instanceof AuditError)) throw error;
    printArgumentError(new ArgumentError(error.message, error.hint), terminal);
    return 3;
  }
};

/** A domain in addition to the first. */
interface Further {
  readonly domain: string;
  readonly found: Surveyed;
}

/** The accounts that belong to the domain; a further domain may have none. */
function accountsOf(domain: string, { user, recipient }: Accounts): Accounts {
  const isOwn = (address: string | undefined) => address?.endsWith(`@${domain}`) === true;
  return {
    ...(isOwn(user) && user !== undefined && { user }),
    ...(isOwn(recipient) && recipient !== undefined && { recipient }),
  };
}

async function checked(
  found: Surveyed,
  further: readonly Further[],
  args: Arguments,
  terminal: Terminal,
): Promise<number> {
  const { accounts, secrets } = await accountsFrom(args, terminal);
  const refused = await refusals(accounts, args, terminal);
  const settings = [...settingsOf(found, accounts, args, terminal)];
  const known = new Set(found.services.map(({ host }) => host));
  for (const each of further) {
    const options = { domain: each.domain, known: new Set(known) };
    settings.push(...settingsOf(each.found, accountsOf(each.domain, accounts), args, terminal, options));
    for (const { host } of each.found.services) known.add(host);
  }
  const variables = Object.fromEntries(pairs(args, 'var'));
  const needed = await neededFor(settings, args.values('only'));
  const parts = await Promise.all(needed.map((each) => partOf(each, variables, secrets, args, terminal)));
  // Warnings about variables are the same for all.
  printDiagnostics(parts[0]?.warnings ?? [], terminal);
  const { scenarios, leftOut } = choose(only(joined(parts), args.values('only')), {
    mail: refused.mail === undefined,
    failedLogins: refused.failedLogins === undefined,
    twoAccounts: accounts.recipient !== undefined,
  });
  const [first] = settings as [Settings];
  const path = args.value('save');
  if (path !== undefined) await save(path, first, terminal);
  const plan = { ...joined(parts), scenarios: scenarios.map((scenario, index) => ({ ...scenario, index })) };
  // A saved configuration is for one host.
  const rerun =
    path !== undefined && settings.length === 1 ? rerunCommand({ config: path }) : sameAudit(args, terminal);
  const skipped: ScenarioResult[] = [];
  const dialect = requestedDialect(args);
  const status = await play(plan, {
    args,
    terminal,
    parallel: wholeNumber(args, 'parallel', 1) ?? parallelByDefault,
    rerun,
    reporter: 'audit',
    ...(dialect !== undefined && { junitDialect: dialect }),
    onResult: (result) => {
      if (result.outcome === 'skipped') skipped.push(result);
    },
  });
  terminal.stderr.write(
    leftOutLines(leftOut, insideOnly(plan, skipped), refused, args)
      .map((each) => `${each}\n`)
      .join(''),
  );
  return status;
}

async function partOf(
  { settings, targets }: Needed,
  variables: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
  args: Arguments,
  terminal: Terminal,
): Promise<{ readonly plan: Plan; readonly group: Group; readonly warnings: readonly Diagnostic[] }> {
  const { cwd, env, learn } = terminal;
  const { plan, warnings } = await load({
    cwd,
    env,
    variables,
    secrets,
    targets,
    config: { path: 'audit', text: configurationOf(settings) },
    timeout: args.value('timeout'),
    onSecrets: learn,
    ...(!args.has('no-cache') && { cache: cacheFolder() }),
  });
  return { plan, group: settings.group, warnings };
}

/** Why checks that leave traces are left out, and what to do to include them; `undefined` if they are permitted. */
interface Refusals {
  readonly mail: string | undefined;
  readonly failedLogins: string | undefined;
}

/** Asks for permission if a person is there; otherwise only arguments permit such checks. */
async function refusals({ user, recipient }: Accounts, args: Arguments, terminal: Terminal): Promise<Refusals> {
  if (user === undefined)
    return {
      mail: 'no account to send mail to; add "--user ADDRESS"',
      failedLogins: 'no account to fail logins with; add "--user ADDRESS"',
    };
  const sends = `Send test messages to ${[user, recipient].filter(Boolean).join(' and ')}?`;
  const fails = 'Fail a dozen logins on purpose? A server that locks clients out will lock this address out.';
  const mail = await refusal('no-mail', sends, args, terminal);
  const failedLogins = await refusal('no-failed-logins', fails, args, terminal);
  return {
    mail: mail && `no permission to send mail: ${mail}`,
    failedLogins: failedLogins && `no permission to fail logins on purpose: ${failedLogins}`,
  };
}

/** What was left out, and what to do to include it. */
const reasons: Readonly<Record<LeftOut, (args: Arguments, refused: Refusals) => string | undefined>> = {
  account: (args) => (args.has('user') ? 'no account of that kind' : 'no account; add "--user ADDRESS"'),
  'second account': () => 'no second account; add another "--user"',
  mail: (_, { mail }) => mail,
  'failed logins': (_, { failedLogins }) => failedLogins,
  server: () => 'no such server was found; LMTP is not looked for',
  domain: () => 'no domain; name it first, as in "mailspec audit example.com --host 192.0.2.1"',
  policy: () => 'your policy is not known; "--save mailspec.yaml" writes a configuration that explains it',
};

/** What an audit never sees. */
const outgoing =
  '  outgoing mail, and whether it leaves through a smart host: only a receiver sees that; the pack "outgoing" has one';

function leftOutLines(
  leftOut: Chosen['leftOut'],
  inside: number,
  refused: Refusals,
  args: Arguments,
): readonly string[] {
  const lines = (Object.keys(reasons) as LeftOut[]).flatMap((why) => {
    const count = leftOut.get(why);
    return count === undefined ? [] : [`  ${many(count, 'check')}: ${reasons[why](args, refused)}`];
  });
  const own = `  ${many(inside, 'check')}: the server trusts this host, its own; run the audit from another network`;
  const all = [...(inside > 0 ? [own] : []), ...lines, ...(args.has('only') ? [] : [outgoing])];
  return all.length === 0 ? [] : ['', 'Not checked:', ...all];
}

/** The number of checks that are impossible from the server's own host. */
function insideOnly({ scenarios }: Plan, skipped: readonly ScenarioResult[]): number {
  const elsewhere = new Set(scenarios.filter((each) => each.elsewhere).map(({ id }) => id));
  return skipped.filter(({ scenario }) => elsewhere.has(scenario.id)).length;
}

/** The part of a group's packs that is planned. */
interface Needed {
  readonly settings: Settings;
  readonly targets: readonly string[];
}

/** With `--only`, the files that may have these ids, and the groups with such files: planning all takes half a second. */
async function neededFor(settings: readonly Settings[], ids: readonly string[]): Promise<readonly Needed[]> {
  if (ids.length === 0) return settings.map((each) => ({ settings: each, targets: each.group.targets }));
  const groups = await Promise.all(
    settings.map(async (each) => ({ settings: each, suites: await shippedSuites(each.group.targets) })),
  );
  requireEach(ids, (glob) => groups.some(({ suites }) => suites.some((suite) => mayHave(suite, glob))));
  const globs = ids.map(globOf);
  return groups
    .map(({ settings: each, suites }) => ({
      settings: each,
      targets: suites.filter((suite) => globs.some((glob) => mayHave(suite, glob))).map((suite) => `mailspec:${suite}`),
    }))
    .filter(({ targets }) => targets.length > 0);
}

/** `--only`: the checks with these ids, as reports show them. */
function only(plan: Plan, ids: readonly string[]): Plan {
  if (ids.length === 0) return plan;
  requireEach(ids, (glob) => plan.scenarios.some(({ id }) => meetsGlob(id, glob)));
  const globs = ids.map(globOf);
  return { ...plan, scenarios: plan.scenarios.filter(({ id }) => globs.some((glob) => meetsGlob(id, glob))) };
}

function requireEach(ids: readonly string[], isMet: (glob: string) => boolean): void {
  const unknown = ids.find((id) => !isMet(globOf(id)));
  if (unknown === undefined) return;
  throw new ArgumentError(
    `Cannot check only "${unknown}": no check of these servers has this id`,
    'Reports show the ids; "*" stands for anything',
  );
}

/** An id may be given with the prefix of packs. */
const globOf = (id: string): string => id.replace(/^mailspec:/, '');

/** Options that affect reports, and not what is checked and how. */
const notRepeated = new Set(['only', 'save', 'parallel', 'reporter', 'junit', 'junit-dialect', 'attachments']);

/** The command that checks the same servers again, up to an id. */
function sameAudit(args: Arguments, terminal: Terminal): string {
  const flags = auditCommand.options
    .filter(({ name }) => args.has(name) && !notRepeated.has(name))
    .flatMap(({ name, value }) =>
      value === undefined ? [`--${name}`] : args.values(name).map((each) => `--${name} ${shellWord(each)}`),
    );
  return [`${calledAs(terminal)} audit`, ...args.positionals.map(shellWord), ...flags, '--only'].join(' ');
}

async function save(path: string, settings: Settings, terminal: Terminal): Promise<void> {
  const text = await configurationText(settings, { by: 'mailspec audit', packs: settings.group.targets });
  await writeNew(path, text, terminal);
  terminal.stderr.write(`The configuration is in ${visible(path)}\n`);
}
