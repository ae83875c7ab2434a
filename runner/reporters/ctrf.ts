import { createHash } from 'node:crypto';
import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { Outcome, Problem, ScenarioResult } from '../result.ts';
import type { Reporter, Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { problemOf, remark } from '../words/outcome.ts';
import { problemWords, warningWords } from '../words/problem.ts';
import { attachmentOf } from './attachments.ts';
import { type CauseRecord, causeByScenario, causeLines, causeRecord, fixesOf } from './cause-record.ts';
import { failureText, problemText, remedyLines, telling } from './failure.ts';
import { jsonLine, timeOf } from './json-text.ts';
import type { ReporterOptions } from './reporter.ts';
import { evidence } from './transcript.ts';
import { unlessPassed } from './transcripts.ts';

/** The version of the specification (ctrf.io) that this implements. */
const specVersion = '0.0.0';
/** The most characters of a dialogue in `stdout`; passing scenarios have none. */
const longestOutput = 64 * 1024;

/**
 * The most characters of tests that wait for the end of the run, when the causes of their failures and the remedies are
 * known. Beyond this, tests are written with what is known by then.
 */
const mostWaiting = 16 * 1024 * 1024;
/** The assumed size in characters of a test without a dialogue. */
const leastTest = 500;

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

/**
 * Outcomes that say nothing about the server are `other`, since CTRF has no status for "could not be checked" and
 * "blocked". A known issue is skipped, as in every report; what did not run is pending.
 */
const statuses: Readonly<Record<Outcome, Status>> = {
  passed: 'passed',
  flaky: 'passed',
  failed: 'failed',
  errored: 'other',
  blocked: 'other',
  warning: 'passed',
  known: 'skipped',
  skipped: 'skipped',
  not_run: 'pending',
};

/**
 * Common Test Report Format: one JSON document with a test for each scenario in file order, and the causes in the
 * summary.
 */
export function create(options: ReporterOptions): Reporter {
  const { output, strict } = options;
  const counts: Record<Status, number> = { passed: 0, failed: 0, skipped: 0, pending: 0, other: 0 };
  const suites = new Set<string>();
  const causes = collectCauses();
  /** The ids of scenarios that did not pass, to which causes refer. */
  const ids = new Map<number, string>();
  let started = 0;
  let between = '\n';
  let waiting: Waiting[] = [];
  let length = 0;
  const release = async () => {
    if (waiting.length === 0) return;
    const byScenario = causeByScenario(causes.list());
    const texts = waiting.map(({ index, test, remedies }) =>
      jsonLine(withRemedies(test, byScenario.get(index), remedies)),
    );
    await output.write(`${between}${texts.join(',\n')}`);
    between = ',\n';
    waiting = [];
    length = 0;
  };
  return {
    name: 'ctrf',
    order: 'file',
    transcripts: unlessPassed,
    async report(event) {
      switch (event.type) {
        case 'start': {
          started = event.started;
          const tool = { name: 'mailspec', ...(options.version !== undefined && { version: options.version }) };
          return output.write(
            `{"reportFormat":"CTRF","specVersion":"${specVersion}","generatedBy":"mailspec","results":{"tool":${jsonLine(tool)},"tests":[`,
          );
        }
        case 'begin':
        case 'slowed':
          return;
        case 'scenario': {
          const status = statusOf(event.result, strict);
          counts[status]++;
          suites.add(event.result.scenario.suite.file);
          causes.add(event.result);
          if (status !== 'passed' || event.result.problem)
            ids.set(event.result.scenario.index, visible(event.result.scenario.id));
          const path = await attachmentOf(options.attach, event.result);
          const { index } = event.result.scenario;
          const test = { ...testOf(event.result, status, options), ...attached(path) };
          const remedies = event.result.problem ? remedyLines(event.result) : [];
          waiting.push({ index, test, remedies });
          length += lengthOf(test);
          return length > mostWaiting ? release() : undefined;
        }
        case 'end': {
          const { summary } = event;
          await release();
          const found = causes.list().map((each) => ({
            ...causeRecord(each),
            scenarios: each.scenarios.flatMap((index) => ids.get(index) ?? []),
          }));
          const sum = summaryOf(summary, counts, started, suites.size, found);
          return output.write(`\n],"summary":${jsonLine(sum)}},"timestamp":"${timeOf(summary.ended)}"}\n`);
        }
      }
    },
  };
}

/** A test that is not yet written. */
interface Waiting {
  readonly index: number;
  readonly test: Test;
  /** The scenario's own remedies; those of its cause take precedence. */
  readonly remedies: readonly string[];
}

type Test = ReturnType<typeof testOf> & ReturnType<typeof attached>;

/** Counts only what can be large: the rest of a test comes from the plan. */
function lengthOf({ stdout = [], trace = '' }: Test): number {
  return stdout.reduce((sum, line) => sum + line.length, trace.length + leastTest);
}

function withRemedies(test: Test, cause: Cause | undefined, own: readonly string[]): object {
  const { extra, trace } = test;
  const remedies = fixesOf(cause, own);
  const told = causeLines(cause, own);
  const all = { ...extra, ...(remedies.length > 0 && { remedies }) };
  return {
    ...test,
    ...(trace !== undefined && { trace: told.length === 0 ? trace : [trace, '', ...told].join('\n') }),
    ...(Object.keys(all).length > 0 && { extra: all }),
  };
}

function statusOf({ outcome }: ScenarioResult, strict: boolean): Status {
  return outcome === 'warning' && strict ? 'failed' : statuses[outcome];
}

function summaryOf(
  summary: Summary,
  counts: Readonly<Record<Status, number>>,
  started: number,
  suites: number,
  causes: readonly CauseRecord[],
) {
  const { counts: outcomes, ended, duration, interrupted, exitStatus } = summary;
  const tests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    tests,
    ...counts,
    flaky: outcomes.flaky,
    suites,
    start: Math.round(started),
    stop: Math.round(ended),
    duration: Math.round(duration),
    extra: { outcomes, interrupted, exitStatus, ...(causes.length > 0 && { causes }) },
  };
}

function testOf(result: ScenarioResult, status: Status, options: ReporterOptions) {
  const { scenario, outcome, retried } = result;
  const { suite, tags } = scenario;
  const problem = problemOf(result);
  const references = [...new Set([...suite.references, ...scenario.references])];
  const message = (problem && problemWords(problem)) ?? remark(result);
  const isShown = problem !== undefined && outcome !== 'passed';
  return {
    id: uuid(scenario.id),
    name: visible(scenario.name) || 'unnamed',
    status,
    duration: Math.round(result.duration),
    start: Math.round(result.started),
    stop: Math.round(result.started + result.duration),
    suite: [visible(suite.title) || visible(suite.file)],
    ...(message !== '' && { message: visible(message) }),
    ...(isShown && { trace: failureText(result, { ...telling(options), remedies: false }) }),
    line: scenario.place.line,
    rawStatus: outcome,
    tags: tags.map(visible),
    labels: {
      id: visible(scenario.id),
      level: scenario.level,
      severity: scenario.severity,
      ...(references.length > 0 && { references: references.map(visible) }),
    },
    filePath: visible(suite.file),
    ...(retried.length > 0 && { retries: retried.length, retryAttempts: attempts(retried, result, options) }),
    ...(outcome === 'flaky' && { flaky: true }),
    ...(isShown && { stdout: evidence(result.transcript, result.log, longestOutput).split('\n') }),
    ...extraOf(result),
  };
}

/** Data for which CTRF has no field. */
function extraOf(result: ScenarioResult) {
  const { warnings, scenario } = result;
  const extra = {
    ...(warnings.length > 0 && { warnings: warnings.map((each) => visible(warningWords(each))) }),
    ...(scenario.description !== undefined && { description: visible(scenario.description) }),
  };
  return Object.keys(extra).length > 0 ? { extra } : {};
}

function attached(path: string | undefined) {
  return path === undefined ? {} : { attachments: [{ name: 'dialogue', contentType: 'text/plain', path }] };
}

function attempts(retried: readonly Problem[], result: ScenarioResult, options: ReporterOptions) {
  return retried.map((problem, at) => ({
    attempt: at + 1,
    status: problem.verdict === 'failed' ? statuses.failed : statuses.errored,
    message: visible(problemWords(problem)),
    trace: problemText(problem, result, telling(options)),
  }));
}

/** Identifies a scenario across runs in CTRF's format: a UUID by RFC 9562 section 5.8. */
function uuid(id: string): string {
  const hex = createHash('sha256').update(`mailspec:${id}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
