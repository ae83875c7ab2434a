import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { Evidence } from '../evidence.ts';
import type { Headline } from '../headline.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Measurement } from '../observed.ts';
import type { Problem, ScenarioResult, TranscriptLine, Violation, Warning } from '../result.ts';
import type { Reporter, Summary } from '../run-event.ts';
import type { Place } from '../source.ts';
import { visible } from '../visible.ts';
import { actionTitle } from '../words/action.ts';
import { actualWords } from '../words/actual.ts';
import { expectedWords } from '../words/expected.ts';
import { headlineWords } from '../words/headline.ts';
import { extraWords, missingWords } from '../words/mismatch.ts';
import { noteWords } from '../words/outcome.ts';
import { lineWords, problemWords, reasonWords, warningWords } from '../words/problem.ts';
import { shownLine } from '../words/text.ts';
import { causeRecord } from './cause-record.ts';
import { jsonLine, milliseconds, timeOf } from './json-text.ts';
import type { ReporterOptions } from './reporter.ts';
import { all } from './transcripts.ts';

/** The version increases when a field changes its meaning or is removed; fields may be added without that. */
export const format = 'mailspec/1';

/**
 * One JSON document per line (JSON Lines), each an event with a `type`: `start`, a `scenario` for each in file order,
 * and `end`. Written as scenarios end; only their causes are kept, for `end`. See `schemas/result.schema.json`.
 */
export function create({ output, strict, rerun }: ReporterOptions): Reporter {
  const write = (event: object) => output.write(`${jsonLine(event)}\n`);
  const causes = collectCauses();
  return {
    name: 'json',
    order: 'file',
    transcripts: all,
    report(event) {
      switch (event.type) {
        case 'start': {
          const { runId, total, started, parallel, shard } = event;
          return write({
            type: 'start',
            format,
            runId,
            total,
            started: timeOf(started),
            parallel,
            strict,
            rerun,
            ...(shard && { shard }),
          });
        }
        // They have no stable order, and contain nothing that the results and the summary do not.
        case 'begin':
        case 'slowed':
          return;
        case 'scenario':
          causes.add(event.result);
          return write({ type: 'scenario', ...resultJson(event.result) });
        case 'end':
          return write({ type: 'end', ...summaryJson(event.summary), ...causesJson(causes.list()) });
      }
    },
  };
}

function resultJson(result: ScenarioResult) {
  const { scenario, outcome, reason, problem, products } = result;
  const { suite } = scenario;
  return {
    index: scenario.index,
    id: scenario.id,
    ...(scenario.formerIds && { formerIds: scenario.formerIds }),
    name: scenario.name,
    ...(scenario.description !== undefined && { description: scenario.description }),
    suite: {
      id: suite.id,
      file: suite.file,
      ...(suite.shipped && { shipped: true }),
      title: suite.title,
      ...(suite.description !== undefined && { description: suite.description }),
      references: suite.references,
    },
    place: placeJson(scenario.place),
    level: scenario.level,
    severity: scenario.severity,
    ...(scenario.elsewhere && { elsewhere: scenario.elsewhere }),
    tags: scenario.tags,
    references: scenario.references,
    ...(scenario.knownIssue && { knownIssue: scenario.knownIssue }),
    outcome,
    ...(reason !== undefined && { reason: reasonWords(reason) }),
    ...(typeof reason === 'object' &&
      reason.headline.kind === 'no service' && { blockedBy: blockedByJson(reason.headline) }),
    started: timeOf(result.started),
    duration: milliseconds(result.duration),
    ...(problem && { problem: problemJson(problem), remedies: scenario.remedies }),
    servers: scenario.servers,
    ...(products.length > 0 && { products }),
    ...(result.contacts && { contacts: result.contacts }),
    ...(result.measured && { measured: result.measured.map(measuredJson) }),
    warnings: result.warnings.map(warningJson),
    ...(result.violations.length > 0 && { violations: result.violations.map(violationJson) }),
    retried: result.retried.map(problemJson),
    transcript: result.transcript.map(lineJson),
    log: result.log.map(({ file, text, whose }) => ({ file, text, ...(whose && { whose }) })),
  };
}

/** `scenarios`: by their `index`. */
function causesJson(causes: readonly Cause[]) {
  if (causes.length === 0) return {};
  return { causes: causes.map((each) => ({ ...causeRecord(each), scenarios: each.scenarios })) };
}

function measuredJson(measured: Measurement) {
  return measured.kind === 'certificate'
    ? { ...measured, expires: timeOf(measured.expires) }
    : { ...measured, took: milliseconds(measured.took) };
}

function lineJson(line: TranscriptLine) {
  const { at, connection, from } = line;
  return {
    at: milliseconds(at),
    connection,
    from,
    text: lineWords(line),
    ...(line.from === 'note' && line.note.kind === 'connected' && { remote: line.note.remote }),
    ...(line.from === 'note' && line.note.kind === 'encrypted' && { encrypted: true }),
  };
}

function problemJson(problem: Problem) {
  const { verdict, code, place, cause, mismatches, evidence, hint, at } = problem;
  return {
    verdict,
    code,
    message: problemWords(problem),
    place: quoteJson(place),
    ...(cause && { cause: quoteJson(cause) }),
    mismatches: mismatches.map(mismatchJson),
    ...(evidence && { evidence: evidenceJson(evidence) }),
    ...(hint !== undefined && { hint }),
    at: milliseconds(at),
  };
}

/** The unusable server, and why it is unusable. */
function blockedByJson({ server, why, fault }: Extract<Headline, { kind: 'no service' }>) {
  return { server, why: headlineWords(why), ...(fault && { fault }) };
}

/** The action with its kind, and worded as in a headline. */
function evidenceJson({ action, reply, ...rest }: Evidence) {
  return {
    ...rest,
    ...(action && { action: { kind: action.kind, text: actionTitle(action) } }),
    ...(reply && { reply: { status: reply.status, text: shownLine(reply.text), more: reply.more } }),
  };
}

function mismatchJson(mismatch: Mismatch) {
  const { path, expected, missing, extra, place } = mismatch;
  return {
    path,
    expected: expectedWords(expected),
    actual: actualWords(mismatch),
    ...(missing && { missing: missingWords(mismatch) }),
    ...(extra && { extra: extraWords(mismatch) }),
    ...(place && { place: quoteJson(place) }),
  };
}

function warningJson(warning: Warning) {
  const { place } = warning;
  return { message: warningWords(warning), ...(place && { place: placeJson(place) }) };
}

function violationJson({ octets, place, ...violation }: Violation) {
  return { ...violation, octets: visible(octets), place: quoteJson(place) };
}

function summaryJson({ duration, ended, shortfalls, notes, unneeded, ...summary }: Summary) {
  const { counts, total, interrupted, exitStatus } = summary;
  return {
    counts,
    total,
    duration: milliseconds(duration),
    interrupted,
    ended: timeOf(ended),
    ...(shortfalls && { shortfalls }),
    ...(unneeded && { unneeded: unneeded.map(({ finding, place }) => ({ finding, place: placeJson(place) })) }),
    ...(notes && { notes: notes.map((each) => ({ ...each, message: noteWords(each) })) }),
    exitStatus,
  };
}

function placeJson({ file, line, column }: Place) {
  return { file, line, column };
}

/** With the source line and the length of the marked part, so that a failure can be shown without the file. */
function quoteJson({ file, line, column, endLine, endColumn, source }: Place) {
  const rest = Math.max(0, source.length - column + 1);
  const length = endLine === line ? Math.min(endColumn - column, rest) : rest;
  return { file, line, column, length, source };
}
