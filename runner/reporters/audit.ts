import { collectCauses } from '../causes/collect.ts';
import { many } from '../phrase.ts';
import type { Reporter } from '../run-event.ts';
import { visible } from '../visible.ts';
import { noteWords, slowedWords, sumOf } from '../words/outcome.ts';
import { causeLines } from './cause-text.ts';
import { coloured, type Paint, plain, type Style } from './colour.ts';
import { type Graded, grades } from './grades.ts';
import { progress } from './progress.ts';
import type { ReporterOptions } from './reporter.ts';
import { unlessPassed } from './transcripts.ts';

/** What is wrong, most severe first, what to do about it, and a grade for each area. */
export function create(options: ReporterOptions): Reporter {
  const { output, clock, strict } = options;
  const paint = options.colour ? coloured : plain;
  const line = progress(output, clock);
  const counted = grades();
  const causes = collectCauses();
  return {
    name: 'audit',
    order: 'as they end',
    transcripts: unlessPassed,
    report(event) {
      switch (event.type) {
        case 'start':
          return line.start(event.total);
        case 'begin':
          return line.begin(event.scenario);
        case 'slowed':
          return line.write(`${paint('yellow', visible(slowedWords(event.note)))}\n`);
        case 'scenario': {
          const { result } = event;
          counted.add(result);
          causes.add(result);
          line.end(result.scenario, /failed|errored/.test(sumOf(result.outcome, strict)));
          return undefined;
        }
        case 'end': {
          line.stop();
          const found = causeLines(causes.list(), { ...options, inFull: false }, paint);
          const notes = (event.summary.notes ?? []).map((each) => paint('yellow', `Note: ${visible(noteWords(each))}`));
          const lines = [
            ...(event.summary.interrupted ? ['Interrupted: the report is about what had been checked', ''] : []),
            ...(found.length === 0 ? [verdictLine(counted.list(), paint), ''] : found),
            ...gradeLines(counted.list(), paint),
            ...(notes.length === 0 ? [] : ['', ...notes]),
          ];
          return output.write(`${lines.join('\n')}\n`);
        }
      }
    },
  };
}

function verdictLine(list: readonly Graded[], paint: Paint): string {
  const passed = list.reduce((sum, each) => sum + each.passed, 0);
  return passed === 0
    ? paint('yellow', 'Nothing was checked')
    : paint('green', `No problems were found in ${many(passed, 'check')}`);
}

function gradeLines(list: readonly Graded[], paint: Paint): readonly string[] {
  const width = Math.max(...list.map(({ area }) => area.length));
  return list.map(({ area, grade, passed, failed, unknown }) => {
    const style: Style = grade === 'A' ? 'green' : grade === 'D' || grade === 'F' ? 'red' : 'yellow';
    const counts = [
      ...(passed > 0 ? [`${passed} passed`] : []),
      ...failed.map(([severity, count]) => `${count} ${severity}`),
      ...(unknown > 0 ? [`${unknown} could not be checked`] : []),
    ];
    return `${area.padEnd(width)}  ${paint(style, grade)}  ${counts.length === 0 ? 'not checked' : counts.join(', ')}`;
  });
}
