import { severities } from '../remedy.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import type { Reporter, Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { outcomes, sumOf } from '../words/outcome.ts';
import { type Measured, measuredSoFar } from './measured.ts';
import type { ReporterOptions } from './reporter.ts';

/** A time series of the run, kept for every scenario: a few hundred octets each. */
interface Judged {
  readonly index: number;
  readonly id: string;
  readonly suite: string;
  readonly severity: string;
  readonly success: boolean;
  readonly isJudged: boolean;
  readonly seconds: number;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * Metrics for the textfile collector of Prometheus' node_exporter: only gauges, without timestamps, in the common
 * subset of Prometheus' text format and OpenMetrics.
 */
export function create({ output, strict }: ReporterOptions): Reporter {
  const judged: Judged[] = [];
  const failures = new Map<string, number>();
  const measured = measuredSoFar();
  return {
    name: 'openmetrics',
    order: 'as they end',
    transcripts: () => false,
    report(event) {
      if (event.type === 'scenario') {
        const { result } = event;
        measured.add(result);
        const { severity } = result.scenario;
        if (sumOf(result.outcome, strict) === 'failed') failures.set(severity, (failures.get(severity) ?? 0) + 1);
        judged.push(...judgedOf(result, strict));
      }
      if (event.type === 'end') {
        judged.sort((a, b) => a.index - b.index);
        const all = [
          ...runFamilies(event.summary, failures),
          ...scenarioFamilies(judged),
          ...measuredFamilies(measured),
        ];
        return output.write(`${all.map(familyText).join('')}# EOF\n`);
      }
    },
  };
}

/** Scenarios that were skipped or did not run have no series: an alert on one would never end. */
function judgedOf({ scenario, outcome, duration }: ScenarioResult, strict: boolean): readonly Judged[] {
  const sum = sumOf(outcome, strict);
  if (sum === 'skipped') return [];
  return [
    {
      index: scenario.index,
      id: scenario.id,
      suite: scenario.suite.title,
      severity: scenario.severity,
      success: sum === 'passed',
      isJudged: sum === 'passed' || sum === 'failed',
      seconds: duration / 1000,
    },
  ];
}

function runFamilies(summary: Summary, failures: ReadonlyMap<string, number>): readonly Family[] {
  const { counts, duration, ended, exitStatus } = summary;
  return [
    family('mailspec_run_timestamp_seconds', 'When the run ended.', [[{}, ended / 1000]]),
    family('mailspec_run_duration_seconds', 'How long the run took.', [[{}, duration / 1000]]),
    family('mailspec_run_exit_status', 'The exit status of mailspec: 0 if nothing failed.', [[{}, exitStatus]]),
    family(
      'mailspec_run_scenarios',
      'Scenarios by their outcome.',
      (Object.keys(outcomes) as Outcome[]).map((outcome): Sample => [{ outcome }, counts[outcome]]),
    ),
    family(
      'mailspec_run_failures',
      'Failed scenarios by their severity.',
      severities.map((severity): Sample => [{ severity }, failures.get(severity) ?? 0]),
    ),
  ];
}

function scenarioFamilies(judged: readonly Judged[]): readonly Family[] {
  const labels = ({ id, suite, severity }: Judged) => ({ id, suite, severity });
  const each = (value: (judged: Judged) => number) => judged.map((one): Sample => [labels(one), value(one)]);
  return [
    family(
      'mailspec_scenario_success',
      'Whether the scenario passed: 0 if it failed or could not be checked.',
      each(({ success }) => Number(success)),
    ),
    family(
      'mailspec_scenario_judged',
      'Whether the scenario could be checked: 0 if its server could not be used.',
      each(({ isJudged }) => Number(isJudged)),
    ),
    family(
      'mailspec_scenario_duration_seconds',
      'How long the scenario took.',
      each(({ seconds }) => seconds),
    ),
  ];
}

function measuredFamilies({ certificates, deliveries }: Measured): readonly Family[] {
  return [
    family(
      'mailspec_certificate_expiry_timestamp_seconds',
      "When the server's certificate expires.",
      certificates.map(({ server, expires }): Sample => [{ server }, expires / 1000]),
    ),
    family(
      'mailspec_delivery_seconds',
      'From the end of a message to where it was found.',
      deliveries.map(({ id, took }): Sample => [{ id }, took / 1000]),
    ),
  ];
}

function family(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, samples };
}

function familyText({ name, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([labels, value]) => `${name}${labelsText(labels)} ${numberText(value)}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const list = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return list.length === 0 ? '' : `{${list.join(',')}}`;
}

/** Escapes a label's value as in both formats. */
function escaped(value: string): string {
  return visible(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Milliseconds are the resolution of the clock. */
function numberText(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
