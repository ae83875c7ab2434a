import type { Mismatch } from '../mismatch.ts';
import type { Problem, Reporter, ScenarioResult, Summary, TranscriptLine, Warning } from '../result.ts';
import type { Span } from '../source.ts';
import { lineText, positionAt } from '../source.ts';
import { actualWords } from '../words/actual.ts';
import { expectedWords } from '../words/expected.ts';
import { extraWords, missingWords } from '../words/mismatch.ts';
import { lineWords, problemWords, reasonWords, warningWords } from '../words/problem.ts';
import { jsonLine, milliseconds, timeOf } from './json-text.ts';
import type { ReporterOptions } from './reporter.ts';
import { all } from './transcripts.ts';

/** Counts up when a field changes its meaning or goes; fields may be added without. */
export const format = 'mailspec/1';

/**
 * A JSON document a line (JSON Lines), each an event with a `type`: one `start`, a `scenario` for each in file
 * order, one `end`. Written as scenarios end, nothing is kept. `schemas/result.schema.json` says the same.
 */
export function create({ output, strict, rerun, redact = (text) => text }: ReporterOptions): Reporter {
  const write = (event: object) => output.write(`${jsonLine(event)}\n`);
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
        // Begins come in no stable order, and say nothing that the results don't.
        case 'begin':
          return;
        case 'scenario':
          return write({ type: 'scenario', ...resultJson(event.result, redact) });
        case 'end':
          return write({ type: 'end', ...summaryJson(event.summary) });
      }
    },
  };
}

/** Replaces secrets in source lines. */
type Redact = (text: string) => string;

function resultJson(result: ScenarioResult, redact: Redact) {
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
    ...(reason !== undefined && { reason: reasonWords(reason) }),
    started: timeOf(result.started),
    duration: milliseconds(result.duration),
    ...(problem && { problem: problemJson(problem, redact) }),
    warnings: result.warnings.map(warningJson),
    retried: result.retried.map((each) => problemJson(each, redact)),
    transcript: result.transcript.map(lineJson),
    log: result.log.map(({ file, text }) => ({ file, text })),
  };
}

function lineJson(line: TranscriptLine) {
  const { at, connection, from } = line;
  return {
    at: milliseconds(at),
    connection,
    from,
    text: lineWords(line),
    ...(line.from === 'note' && line.note.kind === 'connected' && { remote: line.note.remote }),
  };
}

function problemJson(problem: Problem, redact: Redact) {
  const { verdict, code, span, cause, mismatches, hint, at } = problem;
  return {
    verdict,
    code,
    message: problemWords(problem),
    place: shownPlace(span, redact),
    ...(cause && { cause: shownPlace(cause, redact) }),
    mismatches: mismatches.map((each) => mismatchJson(each, redact)),
    ...(hint !== undefined && { hint }),
    at: milliseconds(at),
  };
}

function mismatchJson(mismatch: Mismatch, redact: Redact) {
  const { path, expected, missing, extra, span } = mismatch;
  return {
    path,
    expected: expectedWords(expected),
    actual: actualWords(mismatch),
    ...(missing && { missing: missingWords(mismatch) }),
    ...(extra && { extra: extraWords(mismatch) }),
    ...(span && { place: shownPlace(span, redact) }),
  };
}

function warningJson(warning: Warning) {
  const { span } = warning;
  return { message: warningWords(warning), ...(span && { place: place(span) }) };
}

function summaryJson({ counts, total, duration, interrupted, ended, exitStatus }: Summary) {
  return { counts, total, duration: milliseconds(duration), interrupted, ended: timeOf(ended), exitStatus };
}

function place(span: Span) {
  const { line, column } = positionAt(span.file, span.start);
  return { file: span.file.path, line, column };
}

/** With the source line and how much of it is meant, so that the failure can be told where the file is not. */
function shownPlace(span: Span, redact: Redact) {
  const { line, column } = positionAt(span.file, span.start);
  const source = lineText(span.file, line);
  const length = Math.min(span.end - span.start, Math.max(0, source.length - column + 1));
  return { file: span.file.path, line, column, length, source: redact(source) };
}
