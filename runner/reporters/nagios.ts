import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import { judgedNothing } from '../outcomes.ts';
import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import type { Reporter, Summary } from '../run-event.ts';
import { visible } from '../visible.ts';
import { remark, shortfallWords, sumOf, troubleWords } from '../words/outcome.ts';
import { causeTitle } from './cause-record.ts';
import { type Measured, measuredSoFar } from './measured.ts';
import type { ReporterOptions } from './reporter.ts';
import { closing } from './summary.ts';
import { cut } from './text.ts';

/**
 * The states of a service, with the exit statuses of a plugin (Monitoring Plugins guidelines, "Plugin Return Codes").
 */
export const nagiosStatus = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
type State = keyof typeof nagiosStatus;

/** The worst first: of several states, the first one counts. */
const worst: readonly State[] = ['CRITICAL', 'WARNING', 'UNKNOWN', 'OK'];

/** The most causes that are named: NRPE passes on 1 KiB, including performance data. */
const mostNamed = 3;
const longestTrouble = 160;

/**
 * Output of a plugin for Nagios, Icinga, Checkmk and the like: one line with performance data, and their exit status.
 * docs/monitoring.md describes the states.
 */
export function create({ output, strict }: ReporterOptions): Reporter {
  const causes = collectCauses();
  /** The states of scenarios that count, by scenario number. */
  const states = new Map<number, State>();
  const measured = measuredSoFar();
  let state: State = 'UNKNOWN';
  return {
    name: 'nagios',
    order: 'as they end',
    transcripts: () => false,
    report(event) {
      if (event.type === 'scenario') {
        measured.add(event.result);
        causes.add(event.result);
        const found = stateIn(event.result, strict);
        if (found !== undefined) states.set(event.result.scenario.index, found);
      }
      if (event.type === 'end') {
        const { summary } = event;
        const counted = causes
          .list()
          .map((cause) => ({ cause, state: stateOfCause(cause, states) }))
          .filter((each) => each.state !== 'OK')
          .sort((a, b) => worst.indexOf(a.state) - worst.indexOf(b.state));
        const named = counted.slice(0, mostNamed);
        state = worstOf([...counted.map((each) => each.state), ...states.values(), stateOf(summary)]);
        const told = [
          closing(summary.counts, strict),
          ...named.map(({ cause }) => (cause.count === 1 ? troubleText(cause.first) : causeTitle(cause))),
          ...(counted.length > named.length ? [`and ${counted.length - named.length} more`] : []),
          ...reasonsIn(summary),
        ];
        return output.write(nagiosLine(state, told, performanceData(summary, measured, strict)));
      }
    },
    exitStatus: () => nagiosStatus[state],
  };
}

function troubleText(result: ScenarioResult): string {
  return `${result.scenario.name}: ${troubleWords(result) ?? remark(result)}`;
}

function stateIn({ outcome, scenario, problem }: ScenarioResult, strict: boolean): State | undefined {
  switch (sumOf(outcome, strict)) {
    case 'failed':
      return stateFor(scenario.severity);
    case 'errored':
      return problem?.code.startsWith('connect.') === true ? 'CRITICAL' : 'UNKNOWN';
    case 'blocked':
      return 'CRITICAL';
    default:
      return undefined;
  }
}

/** A common cause may be more severe than each of its scenarios. */
function stateOfCause({ scenarios, severity }: Cause, states: ReadonlyMap<number, State>): State {
  const state = worstOf(scenarios.flatMap((index) => states.get(index) ?? []));
  return state === 'WARNING' ? stateFor(severity) : state;
}

function stateFor(severity: Severity): State {
  return severity === 'critical' || severity === 'high' ? 'CRITICAL' : 'WARNING';
}

/** The state of the run as a whole: an unusable server is down, and a run that checked nothing is unknown. */
function stateOf({ counts, interrupted, shortfalls = [], total }: Summary): State {
  if (counts.blocked > 0) return 'CRITICAL';
  const isUnknown = interrupted || shortfalls.length > 0 || total === 0 || judgedNothing(counts);
  return isUnknown ? 'UNKNOWN' : 'OK';
}

function reasonsIn({ counts, interrupted, shortfalls = [] }: Summary): readonly string[] {
  return [
    ...shortfalls.map(shortfallWords),
    ...(interrupted ? [`interrupted: ${counts.not_run} did not run`] : []),
    ...(judgedNothing(counts) && counts.blocked === 0 ? ['nothing was tested'] : []),
  ];
}

function worstOf(states: readonly State[]): State {
  return worst.find((each) => states.includes(each)) ?? 'OK';
}

/** `data`: performance data. */
export function nagiosLine(state: State, told: readonly string[], data?: string): string {
  return `MAILSPEC ${state}: ${told.map(onOneLine).join('; ')}${data === undefined ? '' : ` | ${data}`}\n`;
}

/** The first `|` of a line begins the performance data. */
function onOneLine(text: string): string {
  return cut(visible(text), longestTrouble).replaceAll('|', '¦');
}

/** Each `'label'=value[unit];[warn];[crit];[min]`. */
function performanceData(
  { counts, duration, total }: Summary,
  { certificates, deliveries }: Measured,
  strict: boolean,
): string {
  const warned = strict ? 0 : counts.warning;
  return [
    datum('time', seconds(duration), 's'),
    datum('scenarios', String(total)),
    datum('passed', String(counts.passed + counts.flaky + warned)),
    datum('failed', String(counts.failed + counts.warning - warned)),
    datum('unknown', String(counts.errored + counts.blocked)),
    datum('warnings', String(counts.warning)),
    ...certificates.map(({ server, days }) => datum(`certificate days ${server}`, String(days))),
    ...(deliveries.length === 0
      ? []
      : [datum('delivery', seconds(Math.max(...deliveries.map(({ took }) => took))), 's')]),
  ].join(' ');
}

/** There is no minimum, since the days of an expired certificate are negative. */
function datum(label: string, value: string, unit = ''): string {
  const quoted = visible(label).replaceAll("'", "''").replaceAll('=', ' ').replaceAll('|', '¦');
  return `'${quoted}'=${value}${unit}${value.startsWith('-') ? '' : ';;;0'}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
