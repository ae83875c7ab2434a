import { many } from '../phrase.ts';
import type { Reporter, ScenarioResult } from '../result.ts';
import { outcomes } from '../words/outcome.ts';
import { coloured, plain } from './colour.ts';
import { failureText } from './failure.ts';
import type { ReporterOptions } from './reporter.ts';
import { showsFailure } from './spec.ts';
import { summaryText } from './summary.ts';
import { tally } from './tally.ts';
import { unlessPassed } from './transcripts.ts';

/** Where lines end: what every terminal and every CI log shows. */
const lineWidth = 80;
/** How long a character may wait to be seen, ms. */
const longestWait = 100;
/** Failures told in full; the summary counts all. Keeps a run of 10,000 failures in memory. */
const mostFailures = 100;

/** A character a scenario as they end, then the failures in file order and the summary. */
export function create(options: ReporterOptions): Reporter {
  const { output, strict } = options;
  const paint = options.colour ? coloured : plain;
  const noted = tally(strict);
  const failures: { readonly index: number; readonly text: string }[] = [];
  let untold = 0;
  let column = 0;
  /** Characters not written yet: a write for each costs more than the scenario's own work. */
  let waiting = '';
  let writtenAt = options.clock.now();

  const write = (text: string) => {
    waiting += text;
    if (column < lineWidth && options.clock.now() - writtenAt < longestWait) return;
    const due = waiting;
    waiting = '';
    writtenAt = options.clock.now();
    return output.write(due);
  };
  const keep = (result: ScenarioResult) => {
    if (!showsFailure(result)) return;
    if (failures.length < mostFailures)
      failures.push({ index: result.scenario.index, text: failureText(result, options) });
    else untold++;
  };
  return {
    name: 'dot',
    order: 'as they end',
    transcripts: unlessPassed,
    report(event) {
      switch (event.type) {
        case 'start':
        case 'begin':
          return;
        case 'scenario': {
          const { dot, style } = outcomes[event.result.outcome];
          noted.add(event.result);
          keep(event.result);
          column = column === lineWidth ? 1 : column + 1;
          return write(`${column === 1 && noted.count > 1 ? '\n' : ''}${paint(style, dot)}`);
        }
        case 'end': {
          failures.sort((a, b) => a.index - b.index);
          const told = failures.map(({ text }) => `${text}\n\n`);
          if (untold > 0) told.push(`… and ${many(untold, 'more failure')}\n\n`);
          const summary = summaryText(event.summary, noted, {
            paint,
            strict,
            ...(options.rerunFailed !== false && { rerun: options.rerun }),
            listed: false,
          });
          return output.write(`${waiting}${column > 0 ? '\n\n' : ''}${told.join('')}${summary}`);
        }
      }
    },
  };
}
