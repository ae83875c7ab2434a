import { join } from 'node:path';
import { ArgumentError, type DiagnosticCode, DiagnosticError, diagnosticTitles } from '../diagnostic.ts';
import { buildPage } from '../documentation/build.ts';
import type { Entry, Reference } from '../documentation/page.ts';
import { referenceOf } from '../documentation/references.ts';
import { dialogueText, factsOf } from '../documentation/sentences.ts';
import { nearest } from '../nearest.ts';
import type { Plan, Scenario } from '../plan.ts';
import { inertLines } from '../printing/inert.ts';
import { load } from '../project/load.ts';
import type { ProjectOptions } from '../project/options.ts';
import { type FindingName, findingNames, flaws, isFatal, ruleOf, subjects } from '../protocol/findings.ts';
import type { ProblemCode } from '../result.ts';
import { looksSecret } from '../scenario/plan.ts';
import { visible } from '../visible.ts';
import { codeWords } from '../words/codes.ts';
import { diagnosticExamples } from '../words/diagnostic-examples.ts';
import { findingExamples } from '../words/finding-examples.ts';
import { remedyWords } from '../words/remedy.ts';
import { shortened } from '../words/text.ts';
import type { Main } from './command.ts';
import { failureExample } from './failure-example.ts';
import { loadOptions } from './load-options.ts';

/** The most octets of a line that are shown. */
const longestLine = 80;
/** The most cases of a scenario that are explained; they differ only in values. */
const mostCases = 1;

export const main: Main = async (args, terminal) => {
  const [name, ...others] = args.positionals;
  if (name === undefined || others.length > 0)
    throw new ArgumentError(
      'Cannot explain: expected one ID, CODE or FINDING',
      'Write "mailspec explain reply.mismatch"',
    );
  const print = (lines: readonly string[]) => terminal.stdout.write(`${inertLines(lines.join('\n'))}\n`);
  if (Object.hasOwn(codeWords, name)) print(codeLines(name as ProblemCode));
  else if (Object.hasOwn(diagnosticTitles, name)) print(diagnosticLines(name as DiagnosticCode));
  else if (isFinding(name)) print(findingLines(name));
  else if (!/[#:/]/.test(name)) throw unknown(name);
  else {
    const { plan, lacks } = await found(name, await loadOptions(args, terminal));
    const entries = buildPage(plan, { title: '' }).chapters.flatMap((chapter) =>
      chapter.entries.map((entry) => ({ entry, about: chapter.description })),
    );
    const shown = entries.slice(0, mostCases).flatMap(({ entry, about }) => {
      const scenario = plan.scenarios.find(({ id }) => id === entry.id) as Scenario;
      return scenarioLines(entry, scenario, about, lacks);
    });
    const more = entries.slice(mostCases).map(({ entry }) => `  ${entry.id}`);
    print([...shown, ...(more.length === 0 ? [] : ['', 'More of the same:', ...more])]);
  }
  return 0;
};

/**
 * Placeholders for the packs' servers and values if the configuration has none: without them the plan would fail at the
 * first.
 */
const standIns: Readonly<Record<string, { readonly url: string } | { readonly value: string }>> = {
  mx: { url: 'smtp://mx.example.com' },
  submission: { url: 'smtp://mail.example.com:587' },
  submissions: { url: 'smtps://mail.example.com' },
  imap: { url: 'imap://mail.example.com' },
  imaps: { url: 'imaps://mail.example.com' },
  pop3: { url: 'pop3://mail.example.com' },
  pop3s: { url: 'pop3s://mail.example.com' },
  sieve: { url: 'sieve://mail.example.com' },
  lmtp: { url: 'lmtp://mail.example.com:24' },
  mx6: { url: 'smtp://mx.example.com' },
  submission6: { url: 'smtp://mail.example.com:587' },
  submissions6: { url: 'smtps://mail.example.com' },
  imaps6: { url: 'imaps://mail.example.com' },
  pop3s6: { url: 'pop3s://mail.example.com' },
  sieve6: { url: 'sieve://mail.example.com' },
  policy: { url: 'tcp://mail.example.com:10031' },
  stranger: { url: 'smtp://mx.example.com' },
  domain: { value: 'example.com' },
  autoconfig: { value: 'https://autoconfig.example.com' },
  hostname: { value: 'mail.example.com' },
  user: { value: 'alice@example.com' },
  recipient: { value: 'bob@example.com' },
};
/** Configuration without which some scenarios have errors. */
const standInConfig = 'allow: { commands: true }\nreceivers: { outside: "smtp://127.0.0.1:2525" }\n';
const configured: Partial<Readonly<Record<DiagnosticCode, string>>> = {
  'access.denied': 'allow: { commands: true }',
  'receiver.unknown': 'receivers: { outside: … }',
};
/** The most plans: what else is missing shows only in a plan that has what the previous one lacked. */
const mostPlans = 4;

/** Finds an id of the project, or else of a pack, whose suites reports name even without the prefix. */
async function found(name: string, options: ProjectOptions): ReturnType<typeof planned> {
  try {
    return await plannedAnyway({ ...options, targets: [name] });
  } catch (error) {
    if (!(error instanceof DiagnosticError) || !/^[^:]*#/.test(name)) throw error;
    return await plannedAnyway({ ...options, targets: [`mailspec:${name}`] }).catch(() => Promise.reject(error));
  }
}

/** Explains a scenario even if the configuration does not permit what it needs, or there is no configuration. */
async function plannedAnyway(options: ProjectOptions): ReturnType<typeof planned> {
  try {
    return await planned(options);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const needs = [...new Set(error.diagnostics.map(({ code }) => configured[code]))];
    if (!needs.every((each) => each !== undefined)) throw error;
    const config = { path: join(options.cwd ?? '.', 'mailspec.yaml'), text: standInConfig };
    const { plan, lacks } = await planned({ ...options, config });
    return { plan, lacks: [...lacks, ...needs] };
  }
}

async function planned(options: ProjectOptions): Promise<{ readonly plan: Plan; readonly lacks: readonly string[] }> {
  let [servers, variables, secrets] = [options.servers ?? {}, options.variables ?? {}, options.secrets ?? {}];
  const lacks: string[] = [];
  for (let tries = 1; ; tries++) {
    const { plan } = await load({ ...options, servers, variables, secrets }, 'read');
    const missing = [...new Set(plan.scenarios.flatMap((each) => each.lacks ?? []))].filter(
      (name) => !lacks.includes(name),
    );
    if (missing.length === 0 || tries === mostPlans) return { plan, lacks };
    lacks.push(...missing);
    for (const name of missing) {
      const known = standIns[name];
      if (known && 'url' in known) servers = { ...servers, [name]: known.url };
      else if (looksSecret(name)) secrets = { ...secrets, [name]: `the ${name}` };
      else variables = { ...variables, [name]: known?.value ?? `the-${name}` };
    }
  }
}

function unknown(name: string): ArgumentError {
  const near = nearest(name, [...Object.keys(codeWords), ...Object.keys(diagnosticTitles), ...findingNames()]);
  return new ArgumentError(
    `Cannot explain "${name}": it is not a code, a finding or a scenario`,
    near === undefined
      ? 'Reports show codes in brackets, and "mailspec list" the ids of scenarios'
      : `Did you mean "${near}"?`,
  );
}

function codeLines(code: ProblemCode): readonly string[] {
  const { means, remedy, example } = codeWords[code];
  return [code, '', means, '', `To do: ${remedy}`, '', 'Example:', `  error[${code}]: ${example}`];
}

function diagnosticLines(code: DiagnosticCode): readonly string[] {
  const { message, help } = diagnosticExamples[code];
  return [
    code,
    '',
    `${diagnosticTitles[code]}: an error in a scenario file, in the configuration or on the command line. Nothing runs before it is corrected.`,
    '',
    'To do: "mailspec validate" prints each error with its place and what to write instead.',
    '',
    'Example:',
    `  error[${code}]: ${message}`,
    ...(help === undefined ? [] : [`    = help: ${help}`]),
  ];
}

function isFinding(name: string): name is FindingName {
  return (findingNames() as readonly string[]).includes(name);
}

function findingLines(name: FindingName): readonly string[] {
  const at = name.lastIndexOf('.');
  const { what } = subjects[name.slice(0, at) as keyof typeof subjects];
  const flaw = flaws[name.slice(at + 1) as keyof typeof flaws];
  const fatal = isFatal(name);
  return [
    name,
    '',
    `A violation of the protocol, in ${what}: ${flaw}.`,
    fatal
      ? 'It ends the session: nobody knows where the next reply begins. It cannot be tolerated.'
      : 'The scenario goes on, and fails at its end.',
    '',
    ...referenceLines([referenceOf(ruleOf(name))]),
    '',
    'To do: report it to the makers of the server.',
    ...(fatal ? [] : [`Until it is corrected: tolerate: [{ finding: ${name}, reason: … }]`]),
    '',
    ...octetLines(name),
  ];
}

/** The octets sent and received, for this finding or for another one with the same flaw. */
function octetLines(name: FindingName): readonly string[] {
  const flaw = name.slice(name.lastIndexOf('.') + 1) as keyof typeof flaws;
  const { name: shown, sent, came } = findingExamples[flaw];
  const lines = came.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return [
    shown === name ? 'Example:' : `Example of the same flaw, ${shown}:`,
    ...(sent === undefined ? [] : [`  C ${sent}`]),
    ...lines.map((line) => `  S ${shortened(visible(line), longestLine)}`),
    `  error[protocol.violation]: the reply violates the protocol: ${flaws[flaw]}`,
  ];
}

function scenarioLines(
  entry: Entry,
  scenario: Scenario,
  about: string | undefined,
  lacks: readonly string[],
): readonly string[] {
  const { suite, remedies, severity } = scenario;
  const example = failureExample(entry, scenario);
  const references = [...entry.references, ...suite.references.map(referenceOf)];
  return [
    entry.title,
    `${suite.shipped ? 'mailspec:' : ''}${entry.id}`,
    [severity, ...factsOf(entry)].join(' · '),
    ...[about, entry.description].flatMap((each) => (each === undefined ? [] : ['', each])),
    ...(references.length === 0 ? [] : ['', ...referenceLines(references)]),
    ...(remedies.length === 0 ? [] : ['', 'To do, if it fails:', ...remedies.map((each) => `  ${remedyWords(each)}`)]),
    ...(lacks.length === 0 ? [] : ['', `Your configuration would need: ${lacks.join(', ')}`]),
    '',
    'What it does:',
    ...dialogueText(entry)
      .split('\n')
      .map((line) => `  ${line}`),
    ...(example === undefined ? [] : ['', 'Example of the failure:', `  ${example}`]),
  ];
}

function referenceLines(references: readonly Reference[]): readonly string[] {
  return references.map(({ text, url }) => `See ${text}${url === undefined || url === text ? '' : `: ${url}`}`);
}
