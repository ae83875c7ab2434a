import type { Evidence } from '../evidence.ts';
import type { Action, Headline } from '../headline.ts';
import type { Name } from '../mismatch.ts';
import type { Measurement } from '../observed.ts';
import type { Suite } from '../plan.ts';
import type { Problem, ScenarioFacts, ScenarioResult, TranscriptLine, Unmet } from '../result.ts';
import type { Place } from '../source.ts';
import type { EvidenceLine, MeasurementLine, PlaceLine, ProblemLine, ScenarioLine } from './results.ts';

/**
 * Turns a scenario's line of a results file back into a result, as far as reports need it. Files of earlier versions
 * lack servers and severity.
 * @param index its number in the report
 */
export function restore(line: ScenarioLine, index: number, suites: Map<string, Suite>): ScenarioResult {
  const {
    id,
    formerIds,
    name,
    description,
    place,
    level,
    tags,
    references,
    knownIssue,
    problem,
    reason,
    warnings,
    violations = [],
    retried,
    blockedBy,
  } = line;
  const known = suites.get(line.suite.file) ?? line.suite;
  suites.set(line.suite.file, known);
  const scenario: ScenarioFacts = {
    index,
    suite: known,
    id,
    ...(formerIds && { formerIds }),
    name,
    ...(description !== undefined && { description }),
    references,
    tags,
    place: placeOf(place),
    level,
    severity: line.severity ?? (level === 'should' ? 'low' : 'medium'),
    ...(line.elsewhere && { elsewhere: line.elsewhere }),
    remedies: line.remedies ?? [],
    ...(knownIssue && { knownIssue }),
    servers: line.servers ?? [],
  };
  return {
    scenario,
    outcome: line.outcome,
    ...(reason !== undefined && { reason: blockedBy === undefined ? reason : blockedReason(blockedBy) }),
    ...(problem && { problem: problemOf(problem) }),
    warnings: warnings.map(({ message, place: at }) => ({
      kind: 'message',
      message,
      ...(at && { place: placeOf(at) }),
    })),
    violations: violations.map(({ place: at, ...rest }) => ({ ...rest, place: placeOf(at) })),
    retried: retried.map(problemOf),
    started: Date.parse(line.started),
    duration: line.duration,
    transcript: line.transcript.map(lineOf),
    log: line.log,
    products: line.products ?? [],
    ...(line.contacts && { contacts: line.contacts }),
    ...(line.measured && { measured: line.measured.map(measuredOf) }),
  };
}

function blockedReason({ server, why, fault }: NonNullable<ScenarioLine['blockedBy']>): Unmet {
  const inner: Headline =
    fault?.kind === 'certificate' ? { kind: fault.kind, fault } : { kind: 'message', message: why };
  return { headline: { kind: 'no service', server, why: inner, ...(fault && { fault }) } };
}

function measuredOf(line: MeasurementLine): Measurement {
  return line.kind === 'certificate' ? { ...line, expires: Date.parse(line.expires) } : line;
}

function lineOf({ at, connection, from, text, remote, encrypted }: ScenarioLine['transcript'][number]): TranscriptLine {
  if (from !== 'note') return { at, connection, from, text };
  if (remote !== undefined) return { at, connection, from, note: { kind: 'connected', remote } };
  return { at, connection, from, note: { kind: encrypted ? 'encrypted' : 'text', text } };
}

/** Texts that the report worded are kept. */
function problemOf({ place, cause, mismatches, message, evidence, ...rest }: ProblemLine): Problem {
  return {
    ...rest,
    headline: { kind: 'message', message },
    place: placeOf(place),
    ...(cause && { cause: placeOf(cause) }),
    ...(evidence && { evidence: evidenceOf(evidence) }),
    mismatches: mismatches.map(({ path, expected, actual, missing, extra, place: at }) => ({
      path,
      expected: { kind: 'words', words: expected },
      actual: { kind: 'words', words: actual },
      ...(missing && { missing: missing.map(nameOf) }),
      ...(extra && { extra: extra.map(nameOf) }),
      ...(at && { place: placeOf(at) }),
    })),
  };
}

function evidenceOf({ action, reply, ...rest }: EvidenceLine): Evidence {
  return {
    ...rest,
    ...(action && { action: actionOf(action) }),
    ...(reply && { reply: { kind: 'reply', ...reply } }),
  };
}

/** For anything other than a command, the kind is enough. */
function actionOf({ kind, text }: NonNullable<EvidenceLine['action']>): Action {
  switch (kind) {
    case 'command':
      return { kind, label: text };
    case 'challenge':
      return { kind, mechanism: text };
    default:
      return { kind } as Exclude<Action, { kind: 'command' | 'challenge' }>;
  }
}

function nameOf(name: string): Name {
  return { kind: 'name', name };
}

/** As much as a report has: on one line, whose source is quoted if something in it is wrong. */
export function placeOf({ file, line, column, length = 0, source = '' }: PlaceLine): Place {
  return { file, line, column, endLine: line, endColumn: column + length, source };
}
