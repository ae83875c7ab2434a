import { signIn } from '../causes/sign.ts';
import { many } from '../phrase.ts';
import type { Suite } from '../plan.ts';
import type { Outcome, Problem, ScenarioResult } from '../result.ts';
import type { RunNote, Shortfall, SlowingNote, Unneeded } from '../run-event.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { problemWords, reasonWords, warningWords } from './problem.ts';
import { all } from './text.ts';

/** The forms of an outcome: in a list, as one character, as a title, in counts, and in sums. */
interface OutcomeWords {
  readonly mark: string;
  readonly dot: string;
  readonly title: string;
  readonly style: 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';
  /** After a number: singular and plural. */
  readonly counted: readonly [one: string, more: string];
  /** The outcome in reports that know only these. */
  readonly sum: 'passed' | 'failed' | 'errored' | 'blocked' | 'skipped';
}

export const outcomes: Readonly<Record<Outcome, OutcomeWords>> = {
  passed: { mark: '✔', dot: '.', title: 'PASS', style: 'green', counted: ['passed', 'passed'], sum: 'passed' },
  flaky: { mark: '✔', dot: 'f', title: 'FLAKY', style: 'yellow', counted: ['flaky', 'flaky'], sum: 'passed' },
  failed: { mark: '✖', dot: 'F', title: 'FAIL', style: 'red', counted: ['failed', 'failed'], sum: 'failed' },
  errored: { mark: '✖', dot: 'E', title: 'ERROR', style: 'magenta', counted: ['errored', 'errored'], sum: 'errored' },
  blocked: { mark: '?', dot: 'B', title: 'BLOCKED', style: 'magenta', counted: ['blocked', 'blocked'], sum: 'blocked' },
  warning: { mark: '!', dot: '!', title: 'WARN', style: 'yellow', counted: ['warning', 'warnings'], sum: 'passed' },
  known: {
    mark: '~',
    dot: '~',
    title: 'KNOWN',
    style: 'yellow',
    counted: ['known issue', 'known issues'],
    sum: 'skipped',
  },
  skipped: { mark: '-', dot: '-', title: 'SKIP', style: 'cyan', counted: ['skipped', 'skipped'], sum: 'skipped' },
  not_run: { mark: '-', dot: '_', title: 'NOT RUN', style: 'cyan', counted: ['not run', 'not run'], sum: 'skipped' },
};

/** A suite by the name under which it can be run: shipped ones by their pack's, others by their file's. */
export function suiteWords({ id, file, shipped }: Suite): string {
  return shipped ? `mailspec:${id}` : file;
}

/** The outcome in sums; under `--strict` a warning is a failure. */
export function sumOf(outcome: Outcome, strict: boolean): OutcomeWords['sum'] {
  return strict && outcome === 'warning' ? 'failed' : outcomes[outcome].sum;
}

/** Why it did not pass, in one line without the mark; `''` if it passed without remarks. */
export function remark(result: ScenarioResult): string {
  const reason = result.reason && reasonWords(result.reason);
  switch (result.outcome) {
    case 'skipped':
      return `skipped: ${reason ?? 'no reason given'}`;
    case 'blocked':
      return `blocked: ${reason ?? 'its server cannot be used'}`;
    case 'not_run':
      return `not run: ${reason ?? 'the run ended before its turn'}`;
    case 'known':
      return `known issue: ${reason ?? 'no reason given'}`;
    case 'warning':
      return 'warning';
    case 'flaky':
      return `flaky: passed on try ${result.retried.length + 1}`;
    case 'errored':
      return 'could not be checked';
    default:
      return '';
  }
}

/** The problem to show: what ended the scenario or, if a later attempt passed, why there was another one. */
export function problemOf(result: ScenarioResult): Problem | undefined {
  return result.problem ?? (result.outcome === 'flaky' ? result.retried.at(-1) : undefined);
}

/** What went wrong or, failing that, the first remark, in one line. */
export function troubleWords(result: ScenarioResult): string | undefined {
  const problem = problemOf(result);
  const [warning] = result.warnings;
  return problem ? problemWords(problem) : warning && warningWords(warning);
}

const closedPort = 'it closes its port for a while when too many are open';

/** What the run learned about a server, and what to do. */
export function noteWords(note: RunNote): string {
  switch (note.kind) {
    case 'message':
      return note.message;
    case 'greylisting': {
      const { server, said, isOver } = note;
      const what = `the server "${server}" defers mail from clients that it does not know (greylisting): ${said}`;
      return isOver
        ? `${what}; let it accept this address without greylisting, or wait longer with "greylisting_wait"`
        : `${what}; mailspec waited until it accepted it`;
    }
    case 'login delay': {
      const { server, said, isOver } = note;
      const what = `the server "${server}" lets a user log in only so often: ${said}`;
      return isOver
        ? `${what}; remove the limit for the test, or wait for it with "login_delay_wait"`
        : `${what}; mailspec waited between the logins`;
    }
    case 'helo':
      return `the server "${note.server}" rejects the name that mailspec sends in EHLO (${note.said}): set the variable "helo" to an existing name, preferably this machine's`;
    case 'connection limit': {
      if (note.atLogin) return loginLimitWords(note);
      const { server, servers, said, connections, perMinute, closesPort } = note;
      const silence = closesPort ? closedPort : 'it closes those beyond without a word';
      const words = said === '' ? silence : said;
      if (servers !== undefined && servers.length > 1) {
        const names = all(servers.map((name) => `"${name}"`));
        return `the servers ${names} count connections from this address together (${words}); mailspec slowed down: run it with "--parallel ${connections}"`;
      }
      const values = [
        ...(perMinute === undefined ? [] : [`"connections_per_minute: ${perMinute}"`]),
        ...(connections === undefined ? [] : [`"max_connections: ${connections}"`]),
      ];
      const give = `give the server ${values.join(' and ')} in the configuration`;
      return signIn(said) === 'too much mail'
        ? `the server "${server}" limits the messages from this address (${words}); mailspec slowed down: raise that limit for the test, or ${give}`
        : `the server "${server}" limits connections from this address (${words}); mailspec slowed down: ${give}`;
    }
  }
}

function loginLimitWords({
  server,
  servers = [],
  connections,
}: Extract<RunNote, { kind: 'connection limit' }>): string {
  const isOne = servers.length < 2;
  const who = isOne ? `the server "${server}" limits` : `the servers ${all(servers.map((name) => `"${name}"`))} limit`;
  const fewer = isOne
    ? `give the server "max_connections: ${connections}" in the configuration`
    : `run it with "--parallel ${connections}"`;
  return `${who} how many may be logged in at once (a login beyond that ends without a reply); mailspec slowed down: ${fewer}, or raise the limit (Dovecot: process_limit)`;
}

/** What the run waits for from now on, in one line. */
export function slowedWords(note: SlowingNote): string {
  const { server } = note;
  switch (note.kind) {
    case 'greylisting':
      return `${server}: defers mail from clients that it does not know (greylisting); the run waits until it accepts it`;
    case 'login delay':
      return `${server}: lets a user log in only so often; the run waits between the logins`;
    case 'connection limit':
      return note.perMinute === undefined
        ? `${server}: other clients have reached its limit; the run waits until it accepts more`
        : `${server}: accepts ${many(note.perMinute, 'connection')} a minute; the run continues at that pace`;
  }
}

/** Enough names to see what kind they are. */
const shownNames = 5;

/** The demand on the run that was not met, and what to do. */
export function shortfallWords(shortfall: Shortfall): string {
  switch (shortfall.kind) {
    case 'skipped': {
      const { count, names } = shortfall;
      const shown = names.slice(0, shownNames).map((name) => `"${visible(name)}"`);
      const more = names.length > shownNames ? `, and ${names.length - shownNames} more` : '';
      return `${many(count, 'scenario')} skipped, and skips fail (--strict): allow those that are meant with --allow-skip: ${shown.join(', ')}${more}`;
    }
    case 'passed':
      return `${shortfall.passed} passed, and ${shortfall.required} must pass (--require-passed)`;
  }
}

/** A tolerance that is no longer needed. */
export function unneededWords({ finding, place }: Unneeded): string {
  return visible(
    `No server showed the violation "${finding}": its entry under "tolerate" can be removed (${placeText(place)})`,
  );
}
