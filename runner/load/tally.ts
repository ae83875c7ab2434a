import type { Scenario } from '../plan.ts';
import type { Outcome, ScenarioResult } from '../result.ts';
import { placeOf } from '../source.ts';
import { childrenOf, dialogueOf, factsOf, type Step } from '../steps.ts';
import { visible } from '../visible.ts';
import { problemWords, reasonWords } from '../words/problem.ts';
import { createLatencies, type Latencies, note, recordOf } from './latency.ts';
import { type ErrorRecord, isError, type ScenarioRecord } from './result.ts';

/** The intended start, the actual start and the end of a scenario, in milliseconds of one clock. */
export interface Times {
  readonly intended: number;
  readonly began: number;
  readonly ended: number;
}

/** What is kept of a load. It grows with the number of scenarios and steps, not with how often they run. */
export interface Tally {
  readonly passed: number;
  readonly errors: number;
  step(scenario: Scenario, step: Step, took: number): void;
  ended(scenario: Scenario, result: ScenarioResult, times: Times): void;
  scenarios(): readonly ScenarioRecord[];
  causes(): readonly ErrorRecord[];
}

/** The most kinds of errors that are counted separately: a server that invents messages must not use up memory. */
const mostCauses = 200;

type Redact = (text: string) => string;

export function createTally(scenarios: readonly Scenario[], redact: Redact): Tally {
  const rows = new Map(scenarios.map((scenario) => [scenario.id, createRow(scenario)]));
  const causes = new Map<string, ErrorRecord>();
  let passed = 0;
  let errors = 0;
  const noteCause = (scenario: Scenario, result: ScenarioResult) => {
    const { key, error } = causeOf(scenario, result);
    const own = causes.has(key) || causes.size < mostCauses ? key : others;
    const known = causes.get(own) ?? (own === others ? otherErrors(error) : error);
    causes.set(own, { ...known, count: known.count + 1 });
  };
  return {
    get passed() {
      return passed;
    },
    get errors() {
      return errors;
    },
    step({ id }, step, took) {
      const latencies = rows.get(id)?.steps.get(step);
      if (latencies !== undefined) note(latencies, took);
    },
    ended(scenario, result, { intended, began, ended }) {
      const row = rows.get(scenario.id);
      const { outcome } = result;
      // The end of the run ended it, not anything that the server did.
      if (row === undefined || outcome === 'not_run') return;
      row.outcomes[outcome] = (row.outcomes[outcome] ?? 0) + 1;
      if (outcome === 'passed') {
        passed++;
        note(row.latency, ended - intended);
        note(row.service, ended - began);
        return;
      }
      if (outcome !== 'skipped') note(row.failed, ended - intended);
      if (!isError(outcome)) return;
      errors++;
      noteCause(scenario, result);
    },
    scenarios: () => [...rows.values()].map((row) => recordOfRow(row, redact)),
    causes: () => [...causes.values()].sort((a, b) => b.count - a.count),
  };
}

interface Row {
  readonly scenario: Scenario;
  readonly outcomes: Partial<Record<Outcome, number>>;
  readonly latency: Latencies;
  readonly service: Latencies;
  readonly failed: Latencies;
  readonly steps: ReadonlyMap<Step, Latencies>;
}

function createRow(scenario: Scenario): Row {
  return {
    scenario,
    outcomes: {},
    latency: createLatencies(),
    service: createLatencies(),
    failed: createLatencies(),
    steps: new Map([...scenario.dialogue, ...scenario.after].flatMap(timed).map((step) => [step, createLatencies()])),
  };
}

/** The steps that do something themselves, in order. */
function timed(step: Step): readonly Step[] {
  if (factsOf(step).inPlace) return childrenOf(step).flatMap(timed);
  return [step, ...dialogueOf(step).flatMap(timed)];
}

function recordOfRow({ scenario, outcomes, latency, service, failed, steps }: Row, redact: Redact): ScenarioRecord {
  const { id, name, span } = scenario;
  const { file, line } = placeOf(span);
  return {
    id: redact(id),
    name: redact(name),
    file,
    line,
    outcomes,
    ...(latency.totalCount > 0 && { latency: recordOf(latency), service: recordOf(service) }),
    ...(failed.totalCount > 0 && { failed: recordOf(failed) }),
    steps: Array.from(steps, ([step, latencies]) => ({
      label: redact(typeof step.said === 'string' ? step.said : step.label),
      line: placeOf(step.span).line,
      ...(latencies.totalCount > 0 && { latency: recordOf(latencies) }),
    })),
  };
}

const others = '';

function otherErrors({ scenario, file, line }: ErrorRecord): ErrorRecord {
  return { scenario, code: 'other', message: `errors of more than ${mostCauses} kinds`, file, line, count: 0 };
}

interface Cause {
  readonly key: string;
  readonly error: ErrorRecord;
}

/** The kind of an error: the problem, its place, and the status in the server's reply. */
function causeOf(scenario: Scenario, { problem, reason, scenario: { id } }: ScenarioResult): Cause {
  const place = problem?.place ?? placeOf(scenario.span);
  const { file, line } = place;
  const code = problem?.code ?? 'blocked';
  const fault = problem?.evidence?.fault;
  const isLocal = fault?.kind === 'unreachable' && fault.how === 'not tried';
  const message = problem === undefined ? reasonWords(reason ?? 'it could not be checked') : problemWords(problem);
  const status = problem?.evidence?.reply?.status;
  return {
    key: [id, code, file, line, status].join(' '),
    error: {
      scenario: id,
      code,
      ...(status !== undefined && { status: visible(status) }),
      message: visible(message),
      ...{ file, line, count: 0 },
      ...(isLocal && { local: true }),
    },
  };
}
