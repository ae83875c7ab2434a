import type { Mismatch, Problem, Reporter, ScenarioResult, Summary, Warning } from '../result.ts';
import type { Span } from '../source.ts';
import { positionAt } from '../source.ts';
import type { ReporterOptions } from './reporter.ts';

/** Counts up when a field changes its meaning or goes; fields may be added without. */
export const format = 'mailspec/1';

/**
 * A JSON document a line (JSON Lines), each an event with a `type`: one `start`, a `scenario` for each in file
 * order, one `end`. Written as scenarios end, nothing is kept. `schemas/result.schema.json` says the same.
 */
export function create({ output }: ReporterOptions): Reporter {
  const write = (event: object) => output.write(`${line(event)}\n`);
  return {
    name: 'json',
    order: 'file',
    report(event) {
      switch (event.type) {
        case 'start': {
          const { runId, total, started, parallel } = event;
          return write({ type: 'start', format, runId, total, started: time(started), parallel });
        }
        // Begins come in no stable order, and say nothing that the results don't.
        case 'begin': return;
        case 'scenario': return write({ type: 'scenario', ...resultJson(event.result) });
        case 'end': return write({ type: 'end', ...summaryJson(event.summary) });
      }
    },
  };
}

/**
 * JSON on one line. What JSON allows as it is but drives terminals or breaks lines (DEL, C1, U+2028, U+2029) is
 * escaped; JSON.stringify does so for C0 and lone surrogates. Readers get the same values.
 */
function line(event: object): string {
  return JSON.stringify(event).replace(/[\x7f-\x9f\u2028\u2029]/g, (each) =>
    `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function resultJson(result: ScenarioResult) {
  const { scenario, outcome, reason, problem } = result;
  const { suite } = scenario;
  return {
    index: scenario.index,
    id: scenario.id,
    name: scenario.name,
    ...(scenario.description !== undefined && { description: scenario.description }),
    suite: {
      id: suite.id,
      file: suite.file,
      title: suite.title,
      ...(suite.description !== undefined && { description: suite.description }),
      references: suite.references,
    },
    place: place(scenario.span),
    level: scenario.level,
    tags: scenario.tags,
    references: scenario.references,
    ...(scenario.knownIssue && { knownIssue: scenario.knownIssue }),
    outcome,
    ...(reason !== undefined && { reason }),
    started: time(result.started),
    duration: milliseconds(result.duration),
    ...(problem && { problem: problemJson(problem) }),
    warnings: result.warnings.map(warningJson),
    retried: result.retried.map(problemJson),
    transcript: result.transcript.map(({ at, connection, from, text }) => ({ at: milliseconds(at), connection, from, text })),
    log: result.log.map(({ file, text }) => ({ file, text })),
  };
}

function problemJson({ verdict, code, message, span, cause, mismatches, hint, at }: Problem) {
  return {
    verdict,
    code,
    message,
    place: place(span),
    ...(cause && { cause: place(cause) }),
    mismatches: mismatches.map(mismatchJson),
    ...(hint !== undefined && { hint }),
    at: milliseconds(at),
  };
}

function mismatchJson({ path, expected, actual, missing, extra, span }: Mismatch) {
  return { path, expected, actual, ...(missing && { missing }), ...(extra && { extra }), ...(span && { place: place(span) }) };
}

function warningJson({ message, span }: Warning) {
  return { message, ...(span && { place: place(span) }) };
}

function summaryJson({ counts, total, duration, interrupted, ended, exitStatus }: Summary) {
  return { counts, total, duration: milliseconds(duration), interrupted, ended: time(ended), exitStatus };
}

function place(span: Span) {
  const { line, column } = positionAt(span.file, span.start);
  return { file: span.file.path, line, column };
}

function time(epoch: number): string {
  return new Date(epoch).toISOString();
}

/** Whole microseconds: what the clock can tell, without a tail of digits. */
function milliseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
