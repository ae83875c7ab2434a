import type { Name } from '../mismatch.ts';
import type { Scenario, Suite } from '../plan.ts';
import type { Problem, ScenarioResult, TranscriptLine } from '../result.ts';
import type { SourceFile, Span } from '../source.ts';
import type { Place, ProblemLine, ScenarioLine } from './results.ts';

/** Lines of a file that nobody writes by hand: a place beyond is shown as if it were there. */
const mostLines = 100_000;

/**
 * A scenario's line of a results file to the result that it was, as far as reports look at it: there is no dialogue, and
 * of files only the lines that the results quote.
 * @param index its number in the report
 */
export function restore(line: ScenarioLine, index: number, suites: Map<string, Suite>): ScenarioResult {
  const { id, name, description, place, level, tags, references, knownIssue, problem, reason, warnings, retried } =
    line;
  const known = suites.get(line.suite.file) ?? line.suite;
  suites.set(line.suite.file, known);
  const scenario: Scenario = {
    index,
    suite: known,
    id,
    name,
    ...(description !== undefined && { description }),
    references,
    tags,
    span: spanOf(place, [place]),
    level,
    ...(knownIssue && { knownIssue }),
    timeout: 0,
    retries: 0,
    exclusive: [],
    provokes: [],
    connections: new Map(),
    dialogue: [],
    after: [],
  };
  return {
    scenario,
    outcome: line.outcome,
    ...(reason !== undefined && { reason }),
    ...(problem && { problem: problemOf(problem) }),
    warnings: warnings.map(({ message, place: at }) => ({
      kind: 'message',
      message,
      ...(at && { span: spanOf(at, [at]) }),
    })),
    retried: retried.map(problemOf),
    started: Date.parse(line.started),
    duration: line.duration,
    transcript: line.transcript.map(lineOf),
    log: line.log,
  };
}

function lineOf({ at, connection, from, text, remote }: ScenarioLine['transcript'][number]): TranscriptLine {
  if (from !== 'note') return { at, connection, from, text };
  return { at, connection, from, note: remote === undefined ? { kind: 'text', text } : { kind: 'connected', remote } };
}

/** What the report worded stays as it is. */
function problemOf({ place, cause, mismatches, message, ...rest }: ProblemLine): Problem {
  const places = [place, ...(cause ? [cause] : []), ...mismatches.flatMap((each) => each.place ?? [])];
  return {
    ...rest,
    headline: { kind: 'message', message },
    span: spanOf(place, places),
    ...(cause && { cause: spanOf(cause, places) }),
    mismatches: mismatches.map(({ path, expected, actual, missing, extra, place: at }) => ({
      path,
      expected: { kind: 'words', words: expected },
      actual: { kind: 'words', words: actual },
      ...(missing && { missing: missing.map(nameOf) }),
      ...(extra && { extra: extra.map(nameOf) }),
      ...(at && { span: spanOf(at, places) }),
    })),
  };
}

function nameOf(name: string): Name {
  return { kind: 'name', name };
}

/** The place in a file that has the quoted lines of all `places`, and else empty ones. */
function spanOf(place: Place, places: readonly Place[]): Span {
  const lines: string[] = [];
  for (const { file, line, source } of places) {
    if (file === place.file && source !== undefined && line <= mostLines) lines[line - 1] = source;
  }
  const line = Math.min(place.line, mostLines);
  const before = Array.from({ length: line - 1 }, (_empty, at) => lines[at] ?? '');
  const own = (lines[line - 1] ?? '').padEnd(place.column - 1);
  const file: SourceFile = { path: place.file, text: [...before, own].join('\n') };
  const start = file.text.length - own.length + place.column - 1;
  return { file, start, end: start + (place.length ?? 0) };
}
