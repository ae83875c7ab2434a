import { many } from '../phrase.ts';
import { inert } from '../printing/inert.ts';
import type { Reporter, ScenarioResult } from '../result.ts';
import type { Place } from '../source.ts';
import { visible } from '../visible.ts';
import { hintOf } from '../words/hint.ts';
import { mismatchLines } from '../words/mismatch.ts';
import { problemOf, remark, sumOf } from '../words/outcome.ts';
import { problemWords, warningWords } from '../words/problem.ts';
import { shortened } from '../words/text.ts';
import { blockedCauses } from './blocked.ts';
import { remedyLines, rerunCommand, telling } from './failure.ts';
import { markdownDocument } from './markdown-document.ts';
import type { ReporterOptions } from './reporter.ts';
import { unlessPassed } from './transcripts.ts';

/** GitHub shows 10 errors and 10 warnings of a step and drops the others without a word: the tenth says how many there are. */
const mostAnnotations = 10;
/** A step's summary takes 1 MiB; what else the step writes there needs some. */
const longestSummary = 900_000;
/** GitHub cuts an annotation at 64 KB; what people read is shorter. */
const longestMessage = 4_000;

type Kind = 'error' | 'warning';

interface Annotation {
  readonly place: Place;
  readonly title: string;
  readonly message: string;
}

/** GitHub Actions: failures as annotations of the scenarios' lines, and the step's summary. Both when the run ends. */
export function create(options: ReporterOptions): Reporter {
  const { output, stepSummary, strict } = options;
  const path = options.repositoryPath ?? ((shown: string) => shown);
  const document = stepSummary && markdownDocument({ ...telling(options), strict, limit: longestSummary });
  const kept: Record<Kind, { readonly list: Annotation[]; count: number }> = {
    error: { list: [], count: 0 },
    warning: { list: [], count: 0 },
  };

  const blocked = blockedCauses();
  const annotate = (kind: Kind, annotation: Annotation) => {
    const { list } = kept[kind];
    kept[kind].count++;
    if (list.length < mostAnnotations) list.push(annotation);
  };
  /** @param room how many of its kind GitHub still shows */
  const commands = (kind: Kind, room: number): string[] => {
    const { list, count } = kept[kind];
    const shown = count > room ? list.slice(0, Math.max(room - 1, 0)) : list;
    const lines = shown.map(({ place, title, message }) => {
      const { file, line, column, endLine, endColumn } = place;
      return command(
        kind,
        {
          file: visible(path(file)),
          line,
          // Columns mean something on one line alone.
          ...(endLine === line ? { col: column, endColumn } : { endLine }),
          title,
        },
        message,
      );
    });
    const more = count - shown.length;
    if (more > 0)
      lines.push(
        command(
          kind,
          { title: 'mailspec' },
          `${more} more ${kind === 'error' ? 'scenarios did not pass' : 'warnings'}: see the step's summary and its log`,
        ),
      );
    return lines;
  };
  return {
    name: 'github',
    order: 'file',
    transcripts: unlessPassed,
    async report(event) {
      if (event.type === 'scenario') {
        document?.add(event.result);
        blocked.add(event.result);
        const kind = kindOf(event.result, strict);
        if (kind) annotate(kind, annotationOf(event.result, options));
      }
      if (event.type === 'end') {
        const causes = blocked.lines().map((line) => command('error', { title: 'mailspec' }, line));
        const lines = [
          ...causes,
          ...commands('error', mostAnnotations - causes.length),
          ...commands('warning', mostAnnotations),
        ];
        if (event.summary.interrupted)
          lines.push(
            command(
              'warning',
              { title: 'mailspec' },
              `Interrupted: ${event.summary.counts.not_run} of ${many(event.summary.total, 'scenario')} did not run`,
            ),
          );
        // A command is one only at a line's beginning.
        if (lines.length > 0) await output.write(`${output.isMidLine === true ? '\n' : ''}${lines.join('\n')}\n`);
        if (document) await stepSummary?.write(`${document.text(event.summary)}\n`);
      }
    },
  };
}

function kindOf({ outcome, warnings }: ScenarioResult, strict: boolean): Kind | undefined {
  const sum = sumOf(outcome, strict);
  if (sum === 'failed' || sum === 'errored') return 'error';
  return outcome === 'warning' || outcome === 'flaky' || (outcome !== 'known' && warnings.length > 0)
    ? 'warning'
    : undefined;
}

function annotationOf(result: ScenarioResult, options: ReporterOptions): Annotation {
  const { scenario, warnings } = result;
  const problem = problemOf(result);
  const hint = problem && hintOf(problem);
  const [first] = problem?.mismatches ?? [];
  const told = problem
    ? [`${problemWords(problem)} (${problem.code})`, ...problem.mismatches.flatMap((each) => mismatchLines(each))]
    : [];
  const said = result.outcome === 'warning' ? '' : remark(result);
  const lines = [
    ...(said === '' ? [] : [visible(said)]),
    ...told,
    ...warnings.map((each) => visible(warningWords(each))),
    ...(hint === undefined ? [] : [visible(hint)]),
    ...(problem === undefined
      ? []
      : [`Severity: ${scenario.severity}`, ...remedyLines(result).map((each) => `Remedy: ${each}`)]),
    `Run it again: ${rerunCommand(result, options.rerun)}`,
  ];
  return {
    place: first?.place ?? problem?.place ?? warnings[0]?.place ?? scenario.place,
    title: visible(`${scenario.suite.title} › ${scenario.name}`),
    message: inert(shortened(lines.map((line) => visible(line)).join('\n'), longestMessage)),
  };
}

/** `::error file=a.yaml,line=1,title=t::message`, escaped as actions/toolkit's `command.ts` does. */
function command(kind: Kind, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${kind} ${list.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
