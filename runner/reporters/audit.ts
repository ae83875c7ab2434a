import { many } from '../phrase.ts';
import { type Remedy, remediesFor, type Severity, severities } from '../remedy.ts';
import type { Reporter, ScenarioResult } from '../result.ts';
import { placeText } from '../source.ts';
import { visible } from '../visible.ts';
import { troubleWords } from '../words/outcome.ts';
import { remedyWords } from '../words/remedy.ts';
import { coloured, type Paint, plain, type Style } from './colour.ts';
import { type Graded, grades } from './grades.ts';
import { progress } from './progress.ts';
import type { ReporterOptions } from './reporter.ts';
import { cut } from './text.ts';

/** What is wrong, the gravest first, what to do about it, and a grade for each area. */
export function create(options: ReporterOptions): Reporter {
  const { output, clock } = options;
  const paint = options.colour ? coloured : plain;
  const line = progress(output, clock);
  const counted = grades();
  const found = new Map<string, Found>();
  return {
    name: 'audit',
    order: 'as they end',
    transcripts: () => false,
    report(event) {
      switch (event.type) {
        case 'start':
          return line.start(event.total);
        case 'begin':
          return line.begin(event.scenario);
        case 'scenario': {
          const { result } = event;
          counted.add(result);
          const isTrouble = isWrong(result);
          line.end(result.scenario, isTrouble);
          if (isTrouble) note(found, result);
          return undefined;
        }
        case 'end': {
          line.stop();
          const list = [...new Set(found.values())].sort(worstFirst);
          const lines = [
            ...(event.summary.interrupted ? ['Interrupted: the report is about what had been checked', ''] : []),
            ...foundLines(list, paint),
            ...gradeLines(counted.list(), paint),
          ];
          return output.write(`${lines.join('\n')}\n`);
        }
      }
    },
  };
}

/** Failures that say the same. */
interface Found {
  first: ScenarioResult;
  severity: Severity;
  count: number;
}

/** Shown with what to do; of more a line each. */
const mostShown = 12;
const longestLine = 200;

function isWrong({ outcome, problem }: ScenarioResult): boolean {
  return outcome === 'failed' || outcome === 'errored' || (outcome === 'warning' && problem !== undefined);
}

/** One list of what is wrong: what says the same, and what one check says of several servers, is one finding. */
function note(found: Map<string, Found>, result: ScenarioResult): void {
  const keys = [troubleWords(result) ?? '', placeText(result.scenario.place)];
  const { severity } = result.scenario;
  const before = keys.flatMap((key) => found.get(key) ?? [])[0];
  const each = before ?? { first: result, severity, count: 0 };
  for (const key of keys) if (!found.has(key)) found.set(key, each);
  each.count++;
  const better = rank(severity) - rank(each.severity) || result.scenario.index - each.first.scenario.index;
  if (better < 0) Object.assign(each, { first: result, severity });
}

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

function worstFirst(a: Found, b: Found): number {
  return rank(a.severity) - rank(b.severity) || b.count - a.count || a.first.scenario.index - b.first.scenario.index;
}

const severityStyles: Readonly<Record<Severity, readonly Style[]>> = {
  critical: ['bold', 'red'],
  high: ['red'],
  medium: ['yellow'],
  low: ['cyan'],
  info: ['dim'],
};

function foundLines(found: readonly Found[], paint: Paint): readonly string[] {
  if (found.length === 0) return [paint('green', 'Nothing wrong was found'), ''];
  const more = found.length - mostShown;
  return [
    ...found.slice(0, mostShown).flatMap((each) => [...told(each, paint), '']),
    ...(more > 0 ? [`… and ${many(more, 'more finding')}; "--reporter html=FILE" has all of them`, ''] : []),
  ];
}

function told({ first, severity, count }: Found, paint: Paint): readonly string[] {
  const { scenario, products } = first;
  const known = [...products, ...scenario.servers].flatMap(({ product }) => product ?? []);
  const remedies = remediesFor(scenario.remedies, known);
  const label = paint([...severityStyles[severity]], severity.toUpperCase());
  const field = (name: string, text: string) => `  ${paint('dim', name.padEnd(6))} ${text}`;
  return [
    `${label}  ${paint('bold', cut(visible(scenario.name), longestLine))}${count > 1 ? ` (and ${many(count - 1, 'more check')})` : ''}`,
    field('saw', cut(visible(troubleWords(first) ?? ''), longestLine)),
    ...remedies.slice(0, 2).map((each: Remedy) => field('fix', visible(remedyWords(each)))),
  ];
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
