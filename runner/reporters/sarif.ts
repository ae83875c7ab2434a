import { createHash } from 'node:crypto';
import type { Cause } from '../causes/cause.ts';
import { collectCauses, ownRemedies } from '../causes/collect.ts';
import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import type { Reporter } from '../run-event.ts';
import { firstIdOf } from '../scenario-id.ts';
import { visible } from '../visible.ts';
import { mismatchLines } from '../words/mismatch.ts';
import { problemOf, sumOf } from '../words/outcome.ts';
import { problemWords } from '../words/problem.ts';
import { remedyWords } from '../words/remedy.ts';
import { causeByScenario, causeRecord, causeTitle, fixesOf, sharedTitle } from './cause-record.ts';
import { remedyLines } from './failure.ts';
import { jsonText } from './json-text.ts';
import type { ReporterOptions } from './reporter.ts';

/** SARIF's level, and the score by which GitHub sorts alerts into critical (9.0), high (7.0), medium (4.0) and low. */
const levels: Readonly<Record<Severity, { readonly level: 'error' | 'warning' | 'note'; readonly score: string }>> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '2.0' },
  info: { level: 'note', score: '0.0' },
};

/** GitHub accepts 25,000 results per run, and shows 5,000. */
const mostResults = 5_000;

/**
 * SARIF 2.1.0, for code-scanning pages: a result for each scenario that failed or warned, at its place, and a
 * notification for each that could not be checked. The rule is the scenario, by its first id, because GitHub treats a
 * different rule as a different alert.
 */
export function create(options: ReporterOptions): Reporter {
  /** By id, since two rules with the same id would be invalid. */
  const rules = new Map<string, { readonly at: number; readonly rule: object }>();
  const results: Result[] = [];
  const causes = collectCauses();
  const notifications: object[] = [];
  const path = options.repositoryPath ?? ((shown: string) => shown);
  return {
    name: 'sarif',
    order: 'file',
    transcripts: () => false,
    report(event) {
      if (event.type === 'scenario') {
        const { result } = event;
        causes.add(result);
        const sum = sumOf(result.outcome, options.strict);
        if (sum === 'errored' && result.problem) notifications.push(notificationOf(result));
        if ((sum !== 'failed' && result.outcome !== 'warning') || results.length === mostResults) return;
        const id = ruleIdOf(result);
        const { at } = rules.get(id) ?? { at: rules.size };
        if (at === rules.size) rules.set(id, { at, rule: ruleOf(result) });
        results.push(resultOf(result, at, path));
      }
      if (event.type === 'end') {
        const { exitStatus, interrupted, ended } = event.summary;
        const driver = {
          name: 'mailspec',
          ...(options.version !== undefined && { version: options.version }),
          rules: Array.from(rules.values(), ({ rule }) => rule),
        };
        const invocation = {
          executionSuccessful: !interrupted && notifications.length === 0,
          exitCode: exitStatus,
          endTimeUtc: new Date(ended).toISOString(),
          ...(notifications.length > 0 && { toolExecutionNotifications: notifications }),
        };
        const found = causes.list();
        const byScenario = causeByScenario(found);
        const run = {
          tool: { driver },
          columnKind: 'utf16CodeUnits',
          invocations: [invocation],
          results: results.map((each) => withCause(each, byScenario.get(each.index))),
          ...(found.length > 0 && { properties: { causes: found.map(causeRecord) } }),
        };
        const $schema = 'https://json.schemastore.org/sarif-2.1.0.json';
        return options.output.write(`${jsonText({ $schema, version: '2.1.0', runs: [run] })}\n`);
      }
    },
  };
}

interface Result {
  readonly index: number;
  readonly told: readonly string[];
  /** The scenario's own remedies, in addition to those of the cause. */
  readonly remedies: readonly string[];
  readonly result: { readonly properties: object; readonly [field: string]: unknown };
}

function withCause({ told, remedies, result }: Result, cause: Cause | undefined): object {
  const lines = [...told, ...sharedTitle(cause), ...fixesOf(cause, remedies)];
  const message = { text: lines.map(visible).join('\n') };
  return cause === undefined
    ? { ...result, message }
    : {
        ...result,
        message,
        properties: { ...result.properties, cause: causeTitle(cause), causeSeverity: cause.severity },
      };
}

function ruleIdOf({ scenario }: ScenarioResult): string {
  return visible(firstIdOf(scenario));
}

function ruleOf(result: ScenarioResult): object {
  const { scenario } = result;
  const { severity, description, suite, tags } = scenario;
  const remedies = ownRemedies(result).map((each) => visible(remedyWords(each)));
  return {
    id: ruleIdOf(result),
    name: visible(scenario.name),
    shortDescription: { text: visible(scenario.name) },
    fullDescription: { text: visible(description ?? `${suite.title}: ${scenario.name}`) },
    ...(remedies.length > 0 && { help: { text: remedies.join('\n') } }),
    defaultConfiguration: { level: levels[severity].level },
    properties: { tags: [...new Set(['security', ...tags.map(visible)])], 'security-severity': levels[severity].score },
  };
}

function resultOf(result: ScenarioResult, ruleIndex: number, path: (shown: string) => string): Result {
  const { scenario } = result;
  const problem = problemOf(result);
  const place = problem?.mismatches[0]?.place ?? problem?.place ?? scenario.place;
  const told = problem ? [problemWords(problem), ...problem.mismatches.flatMap((each) => mismatchLines(each))] : [];
  const written = {
    ruleId: ruleIdOf(result),
    ruleIndex,
    level: levels[scenario.severity].level,
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path(place.file)) },
          region: { startLine: place.line, startColumn: place.column },
        },
      },
    ],
    // By scenario, not by line, so that an alert is not new because lines were added above it.
    partialFingerprints: { 'scenario/v1': createHash('sha256').update(firstIdOf(scenario)).digest('hex') },
    properties: { severity: scenario.severity, outcome: result.outcome },
  };
  return {
    index: scenario.index,
    told: told.length === 0 ? [scenario.name] : told,
    remedies: remedyLines(result),
    result: written,
  };
}

function notificationOf({ scenario, problem }: ScenarioResult): object {
  const why = problem ? problemWords(problem) : 'could not be checked';
  return { level: 'error', message: { text: visible(`${scenario.suite.title} › ${scenario.name}: ${why}`) } };
}

/** A relative reference (RFC 3986 section 4.2). */
function uriOf(path: string): string {
  return visible(path).split('/').map(encodeURIComponent).join('/') || '.';
}
