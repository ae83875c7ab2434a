import { many } from '../phrase.ts';
import type { Reporter } from '../run-event.ts';
import { visible } from '../visible.ts';
import { telling } from './failure.ts';
import { annotations, type Kept, type Kind, mostAnnotations } from './github-annotations.ts';
import { markdownDocument } from './markdown-document.ts';
import type { ReporterOptions } from './reporter.ts';
import { unlessPassed } from './transcripts.ts';

/** GitHub's limit for a step's summary is 1 MiB; the rest is for other commands of the step. */
const longestSummary = 900_000;

/** GitHub Actions: annotations on the lines of failed scenarios, and the step's summary, at the end of the run. */
export function create(options: ReporterOptions): Reporter {
  const { output, stepSummary, strict } = options;
  const path = options.repositoryPath ?? ((shown: string) => shown);
  const document = stepSummary && markdownDocument({ ...telling(options), strict, limit: longestSummary });
  const noted = annotations(options);
  return {
    name: 'github',
    order: 'file',
    transcripts: unlessPassed,
    async report(event) {
      if (event.type === 'scenario') {
        document?.add(event.result);
        noted.add(event.result);
      }
      if (event.type === 'end') {
        const { error, warning } = noted.kept();
        const lines = [...commands('error', error, path), ...commands('warning', warning, path)];
        if (event.summary.interrupted)
          lines.push(
            command(
              'warning',
              { title: 'mailspec' },
              `Interrupted: ${event.summary.counts.not_run} of ${many(event.summary.total, 'scenario')} did not run`,
            ),
          );
        // GitHub reads a command only at the beginning of a line.
        if (lines.length > 0) await output.write(`${output.isMidLine === true ? '\n' : ''}${lines.join('\n')}\n`);
        if (document) await stepSummary?.write(`${document.text(event.summary)}\n`);
      }
    },
  };
}

/** The last annotation that GitHub shows says how many more there are. */
function commands(kind: Kind, { list, count, of }: Kept, path: (shown: string) => string): readonly string[] {
  const shown = count > mostAnnotations ? list.slice(0, mostAnnotations - 1) : list;
  const lines = shown.map(({ place, title, message }) => {
    const { file, line, column, endLine, endColumn } = place;
    const properties = {
      file: visible(path(file)),
      line,
      // Columns are allowed only within one line.
      ...(endLine === line ? { col: column, endColumn } : { endLine }),
      title,
    };
    return command(kind, properties, message);
  });
  const more = count - shown.length;
  if (more > 0)
    lines.push(
      command(
        kind,
        { title: 'mailspec' },
        `${more} more ${of[more === 1 ? 0 : 1]}: see the step's summary and its log`,
      ),
    );
  return lines;
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
