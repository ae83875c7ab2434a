import type { Builder } from 'junit-report-builder';
import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { Suite } from '../plan.ts';
import { inert } from '../printing/inert.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import type { Reporter, Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { outcomes, problemOf, remark, sumOf } from '../words/outcome.ts';
import { problemWords, reasonWords, warningWords } from '../words/problem.ts';
import { attachmentOf } from './attachments.ts';
import { causeByScenario, causeLines, causeTitle, fixesOf, fixLines } from './cause-record.ts';
import { type FailureOptions, failureText, problemText, remedyLines, telling } from './failure.ts';
import type { Try } from './junit-corrections.ts';
import { addToCase, addToSuite, seconds, timestamp, withoutSkippedSum } from './junit-corrections.ts';
import type { JunitDialect, ReporterOptions } from './reporter.ts';
import { evidence } from './transcript.ts';
import { all } from './transcripts.ts';

/** The most characters of `system-out` for a passing case: enough to see what was sent. */
const passingOutput = 4 * 1024;
/** The most for other cases: usually the whole dialogue. */
const failingOutput = 64 * 1024;
/** The most for all cases: GitLab rejects reports of more than 30 MB. Text beyond this is left out, but never cases. */
const wholeOutput = 16 * 1024 * 1024;

/** The longest attribute, since lists and pages show it on one line. The text has all of it. */
const longestAttribute = 2000;

/** With visible control characters, and short enough for every reader. */
function attribute(text: string): string {
  const shown = visible(text);
  if (shown.length <= longestAttribute) return shown;
  // Half a surrogate pair would make the file invalid.
  const start = shown.slice(0, longestAttribute).replace(/[\ud800-\udbff]$/, '');
  return `${start}… (${shown.length} characters)`;
}

/** What is kept of a scenario until the report is written. */
interface Case {
  readonly index: number;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly started: number;
  readonly duration: number;
  readonly verdict: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly type: string;
  readonly content: string;
  readonly tries: readonly Try[];
  readonly properties: readonly (readonly [name: string, value: string])[];
  /** The scenario's own remedies; those of its cause take precedence. */
  readonly remedies: readonly string[];
  readonly output: string;
}

interface Cases {
  readonly suite: Suite;
  readonly cases: Case[];
}

const verdicts = {
  passed: 'passed',
  failed: 'failure',
  errored: 'error',
  blocked: 'error',
  skipped: 'skipped',
} as const;

/**
 * JUnit XML as its readers expect it: a suite for each file and a case for each scenario, both in file order. Written
 * at the end of the run.
 */
export function create(options: ReporterOptions): Reporter {
  const suites = new Map<string, Cases>();
  const causes = collectCauses();
  let room = wholeOutput;
  return {
    name: 'junit',
    order: 'as they end',
    transcripts: all,
    async report(event) {
      if (event.type === 'scenario') {
        causes.add(event.result);
        const { suite } = event.result.scenario;
        const known = suites.get(suite.file) ?? { suite, cases: [] };
        const kept = caseOf(event.result, options, room, await attachmentOf(options.attach, event.result));
        room -= kept.output.length;
        known.cases.push(kept);
        suites.set(suite.file, known);
      }
      if (event.type === 'end')
        await options.output.write(
          document([...suites.values()], causes.list(), event.summary, await newBuilder(), options.junitDialect),
        );
    },
  };
}

function caseOf(result: ScenarioResult, options: ReporterOptions, room: number, attachment?: string): Case {
  const { scenario, outcome } = result;
  const problem = problemOf(result);
  const verdict = verdicts[sumOf(outcome, options.strict)];
  const textOptions = telling(options);
  const isTold = verdict === 'failure' || verdict === 'error';
  const text =
    result.problem || isTold ? failureText(result, { ...textOptions, ...(isTold && { remedies: false }) }) : '';
  const why = outcome === 'skipped' && result.reason !== undefined ? reasonWords(result.reason) : remark(result);
  return {
    index: scenario.index,
    name: attribute(scenario.name),
    file: visible(scenario.suite.file),
    line: scenario.place.line,
    started: result.started,
    duration: result.duration,
    verdict,
    message: attribute(isTold ? ((problem && problemWords(problem)) ?? remark(result)) : why),
    type: problem?.code ?? outcome,
    content: isTold ? text : visible(why),
    tries: triesOf(result, textOptions),
    properties: propertiesOf(result),
    remedies: result.problem ? remedyLines(result) : [],
    output: outputOf(result, isTold ? '' : text, room, attachment),
  };
}

/** Surefire's element names: `flaky…` if a later attempt passed, `rerun…` if none did. */
function triesOf(result: ScenarioResult, options: FailureOptions): readonly Try[] {
  const passed = outcomes[result.outcome].sum === 'passed' && !result.problem;
  return result.retried.map((problem: Problem) => ({
    element: `${passed ? 'flaky' : 'rerun'}${problem.verdict === 'failed' ? 'Failure' : 'Error'}` as const,
    message: attribute(problemWords(problem)),
    type: problem.code,
    content: problemText(problem, result, options),
  }));
}

function propertiesOf(result: ScenarioResult): Case['properties'] {
  const { scenario, outcome, warnings, problem } = result;
  const references = [...scenario.suite.references, ...scenario.references];
  const all: readonly (readonly [string, string])[] = [
    ['id', scenario.id],
    ['level', scenario.level],
    ['outcome', outcome],
    ['severity', scenario.severity],
    ...(scenario.description === undefined ? [] : [['description', scenario.description] as const]),
    ...scenario.tags.map((tag) => ['tag', tag] as const),
    ...[...new Set(references)].map((reference) => ['reference', reference] as const),
    ...(outcome === 'warning' && problem ? [['warning', problemWords(problem)] as const] : []),
    ...warnings.map((each) => ['warning', warningWords(each)] as const),
  ];
  return all.map(([name, value]) => [name, attribute(value)]);
}

function outputOf(result: ScenarioResult, text: string, room: number, attachment?: string): string {
  const limit = result.outcome === 'passed' ? passingOutput : failingOutput;
  const said = inert(evidence(result.transcript, result.log, limit));
  const whole = [text, said].filter((each) => each !== '').join('\n\n');
  // GitLab and Jenkins look for this on a line of its own; GitLab reads only the first one.
  const mark = attachment === undefined ? '' : `[[ATTACHMENT|${attachment}]]`;
  return [mark, whole.length <= room ? whole : ''].filter((each) => each !== '').join('\n\n');
}

function document(
  suites: readonly Cases[],
  causes: readonly Cause[],
  summary: Summary,
  builder: Builder,
  dialect: JunitDialect = 'common',
): string {
  const isCommon = dialect === 'common';
  builder.name('mailspec');
  const names = new Set<string>();
  const byScenario = causeByScenario(causes);
  for (const { suite, cases } of inFileOrder(suites)) {
    const { title, file, id, references } = suite;
    const total = cases.reduce((sum, each) => sum + each.duration, 0);
    const started = cases.reduce((first, each) => Math.min(first, each.started), Number.POSITIVE_INFINITY);
    const element = builder.testSuite().name(attribute(title)).time(seconds(total)).timestamp(timestamp(started));
    for (const reference of references) element.property('reference', attribute(reference));
    for (const [name, value] of suiteCauses(cases, byScenario)) element.property(name, attribute(value));
    addToSuite(element, { file: visible(file), runSeconds: seconds(summary.duration) });
    for (const each of cases) {
      const cause = byScenario.get(each.index);
      const testCase = element
        .testCase()
        .className(className(id))
        .name(unique(names, className(id), each.name));
      if (isCommon) testCase.file(each.file);
      testCase.time(seconds(each.duration));
      if (isCommon) {
        for (const [name, value] of each.properties) testCase.property(name, value);
        for (const line of fixesOf(cause, each.remedies)) testCase.property('remedy', attribute(line));
        if (cause !== undefined) testCase.property('cause', attribute(causeTitle(cause)));
      }
      if (each.verdict === 'failure') testCase.failure(each.message, each.type);
      if (each.verdict === 'error') testCase.error(each.message, each.type);
      if (each.verdict === 'skipped') testCase.skipped();
      addToCase(testCase, {
        ...(isCommon && { line: each.line }),
        content: withCause(each, cause),
        ...(each.verdict === 'skipped' && { skipped: each.message }),
        tries: each.tries,
        output: each.output,
      });
    }
  }
  const xml = `${builder.build()}\n`;
  return isCommon ? xml : withoutSkippedSum(xml);
}

/** The causes in a suite, with remedies, once for all its cases. */
function suiteCauses(cases: readonly Case[], causes: ReadonlyMap<number, Cause>): Case['properties'] {
  const found = new Set(cases.flatMap(({ index }) => causes.get(index) ?? []));
  return [...found].flatMap((cause) => [
    ['cause', causeTitle(cause)] as const,
    ...fixLines(cause).map((line) => ['remedy', line] as const),
  ]);
}

/** This text is all that GitLab shows of a case: if many have the same cause, it says so, and each says what to do. */
function withCause({ verdict, content, remedies }: Case, cause: Cause | undefined): string {
  if (verdict !== 'failure' && verdict !== 'error') return content;
  const added = causeLines(cause, remedies);
  return added.length === 0 ? content : [content, '', ...added].join('\n');
}

function inFileOrder(suites: readonly Cases[]): readonly Cases[] {
  const first = ({ cases }: Cases) => cases[0]?.index ?? 0;
  for (const { cases } of suites) cases.sort((a, b) => a.index - b.index);
  return [...suites].sort((a, b) => first(a) - first(b));
}

/** GitLab shows it as the suite. Jenkins splits it at dots into package and class, which a file name does not have. */
function className(suiteId: string): string {
  return visible(suiteId).replaceAll('.', '_');
}

/** GitLab keeps only the first of several cases with the same class and name. */
function unique(taken: Set<string>, classname: string, name: string): string {
  let unused = name;
  for (let number = 2; taken.has(`${classname}\n${unused}`); number++) unused = `${name} (${number})`;
  taken.add(`${classname}\n${unused}`);
  return unused;
}

/** Loaded when a report is written, because it loads lodash. */
async function newBuilder(): Promise<Builder> {
  const { default: loaded } = await import('junit-report-builder');
  // The default export of a CommonJS module is its exports in Node, and a field of these in some bundlers.
  const builder: Builder = 'default' in loaded ? loaded.default : loaded;
  return builder.newBuilder();
}
