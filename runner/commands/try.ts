import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { escapeText } from '../authoring/pieces.ts';
import type { Written } from '../authoring/written.ts';
import { ArgumentError } from '../diagnostic.ts';
import { run } from '../engine/run.ts';
import type { Plan, Scenario } from '../plan.ts';
import { load } from '../project/load.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { mechanismNames } from '../protocol/sasl.ts';
import { evidence } from '../reporters/transcript.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import { actualWords } from '../words/actual.ts';
import { expectedWords } from '../words/expected.ts';
import { symptomHint } from '../words/hint.ts';
import { problemWords } from '../words/problem.ts';
import { fullName } from './client-name.ts';
import type { Arguments, Main, Terminal } from './command.ts';
import { askPassword, givenSecrets } from './password.ts';
import { readInput } from './read-input.ts';
import { hasPassword, probe, serverFrom, serverOptions, singleScenario, urlOf, withTls } from './single-server.ts';
import { requestedTls } from './tls-arguments.ts';
import { type Phase, type PhaseStep, phases, tryDialogue, type Wanted } from './try-dialogue.ts';

export const main: Main = async (args, terminal) => {
  const server = serverFrom(args, 'try');
  const { protocol } = urlOf(await probe(server, 'connect', args, terminal), server);
  const user = args.value('auth') ?? args.value('auth-user');
  const wanted = await wantedFrom(args, terminal, protocol, user);
  const steps = tryDialogue(protocol, wanted);
  if (wanted.until !== undefined && !steps.some(({ phase }) => phase === wanted.until))
    throw new ArgumentError(`Cannot stop after ${wanted.until}: this session does not get there`);
  const text = singleScenario(
    'try',
    server,
    steps.map(({ step }) => step),
  );
  const options = { ...serverOptions(server, args, terminal), targets: [{ path: 'try', text }] };
  const secrets = user === undefined ? {} : await secretsFor(user, server, args, terminal);
  const { plan } = await load({ ...options, secrets });
  const result = await play(prepared(plan, args, terminal), terminal);
  return result === undefined ? 130 : conclude(result, steps, text, args, terminal);
};

async function wantedFrom(
  args: Arguments,
  terminal: Terminal,
  protocol: Protocol,
  user: string | undefined,
): Promise<Wanted> {
  const rcpts = args.values('rcpt').map(escapeText);
  const from = escapeText(args.value('mail-from') ?? user ?? '');
  const until = args.value('quit-after');
  const expect = args.value('expect-code');
  const mailing = rcpts.length > 0 || args.has('mail-from');
  if (mailing && !protocol.transfersMail)
    throw new ArgumentError(`Cannot send a message: ${protocol.title} does not transfer mail`);
  return {
    hello: escapeText(args.value('ehlo') ?? fullName(hostname())),
    starttls: args.has('starttls'),
    sends: args.values('send').map(escapeText),
    ...(user !== undefined && { login: { user: escapeText(user), mechanism: mechanismFrom(args, protocol) } }),
    ...(mailing && { mail: { from, rcpts, message: await messageFrom(args, terminal, from, rcpts) } }),
    ...(expect !== undefined && { expect: /^[1-5][0-9][0-9]$/.test(expect) ? Number(expect) : expect }),
    ...(until === undefined
      ? mailing && rcpts.length === 0 && { until: 'mail' as const }
      : { until: phaseFrom(until) }),
  };
}

function phaseFrom(text: string): Phase {
  const known = Object.keys(phases).filter((phase) => phase !== 'connect' && phase !== 'quit');
  if (known.includes(text)) return text as Phase;
  throw new ArgumentError(`Unknown phase "${text}"`, `The phases are ${known.join(', ')}`);
}

function mechanismFrom(args: Arguments, { logins: [own] }: Protocol): string {
  const named = args.value('mechanism') ?? own ?? 'PLAIN';
  const known = mechanismNames.find((name) => name.toLowerCase() === named.toLowerCase());
  if (known !== undefined) return known;
  throw new ArgumentError(`Unknown mechanism "${named}"`, `The mechanisms are ${mechanismNames.join(', ')}`);
}

async function messageFrom(
  args: Arguments,
  terminal: Terminal,
  from: string,
  rcpts: readonly string[],
): Promise<Written> {
  const path = args.value('message');
  if (path === '-') return escapeText((await readInput(terminal, 'the message')).replaceAll('\r\n', '\n'));
  // A placeholder: prepared() replaces it by the file's octets.
  if (path !== undefined) return 'x';
  const headers = Object.fromEntries(
    args.values('header').map((field) => {
      const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(field) ?? [];
      if (name === undefined || value === undefined)
        throw new ArgumentError(`Cannot use "--header ${field}"`, 'Write "--header \'X-Name: value\'"');
      return [name, escapeText(value)];
    }),
  );
  return {
    from: from === '' ? 'postmaster@localhost' : from,
    to: rcpts,
    subject: escapeText(args.value('subject') ?? 'test ${now}').replace('$${now}', '${now}'),
    text: escapeText(args.value('body') ?? 'This is a test message, sent by mailspec.'),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

async function secretsFor(
  user: string,
  server: string,
  args: Arguments,
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const given = await givenSecrets(args, terminal);
  if (given['password'] !== undefined || (await hasPassword(server, args, terminal))) return given;
  return { ...given, password: await askPassword(user, terminal) };
}

/** The plan with what a scenario file cannot express: TLS options, the message's file. */
function prepared(plan: Plan, args: Arguments, terminal: Terminal): Plan {
  const tls = requestedTls(args, terminal);
  const path = args.value('message');
  const source =
    path === undefined || path === '-'
      ? undefined
      : { from: 'file' as const, file: { path: resolve(terminal.cwd, path) } };
  // The arguments name all of it, and may name any file.
  const { readable: _, ...rest } = plan;
  return {
    ...rest,
    scenarios: plan.scenarios.map(
      (each): Scenario => ({
        ...withTls(each, tls),
        dialogue: each.dialogue.map((step) =>
          step.kind === 'message' && source !== undefined ? { ...step, message: { source } } : step,
        ),
      }),
    ),
  };
}

/** `undefined` if the run was interrupted. */
async function play(plan: Plan, { signal }: Terminal): Promise<ScenarioResult | undefined> {
  let result: ScenarioResult | undefined;
  await run(
    plan,
    { parallel: 1, strict: false, signal, clock: () => performance.now(), wall: () => Date.now() },
    (event) => {
      if (event.type === 'scenario' && event.result.outcome !== 'not_run') result = event.result;
    },
  );
  return result;
}

/** Enough to fill a screen many times, but not a message of megabytes. */
const longestDialogue = 200_000;

function conclude(
  result: ScenarioResult,
  steps: readonly PhaseStep[],
  text: string,
  args: Arguments,
  { stdout, stderr }: Terminal,
): number {
  const { problem } = result;
  if (!args.has('quiet')) stdout.write(`${evidence(result.transcript, [], longestDialogue)}\n`);
  if (problem === undefined) return 0;
  const phase = phaseOf(problem, steps, text);
  const lines = [`FAIL at ${phase}: ${problemWords(problem)}`];
  for (const mismatch of problem.mismatches) {
    lines.push(`  expected: ${expectedWords(mismatch.expected)}`, `  actual:   ${actualWords(mismatch)}`);
  }
  // Hints about what to write in a file are useless here.
  const hint = symptomHint(problem) ?? (problem.mismatches.length === 0 ? problem.hint : undefined);
  if (hint !== undefined) lines.push(`  = help: ${hint}`);
  stderr.write(`${lines.join('\n')}\n`);
  return phases[phase];
}

/** The phase whose step ended the try: the steps are the entries of the dialogue. */
function phaseOf({ code, place, cause }: Problem, steps: readonly PhaseStep[], text: string): Phase {
  if (code === 'connect.failed' || code === 'connect.name' || code === 'connect.timeout') return 'connect';
  const { line } = cause ?? place;
  const index =
    text
      .split('\n')
      .slice(0, line)
      .filter((each) => each.startsWith('      - ')).length - 1;
  const phase = steps[index]?.phase ?? 'greeting';
  return code.startsWith('tls.') ? 'starttls' : phase;
}
