import { collectCauses } from '../causes/collect.ts';
import { inert } from '../printing/inert.ts';
import type { Reporter } from '../run-event.ts';
import { visible } from '../visible.ts';
import { outcomes, slowedWords } from '../words/outcome.ts';
import { coloured, plain } from './colour.ts';
import type { ReporterOptions } from './reporter.ts';
import { summaryText } from './summary.ts';
import { tally } from './tally.ts';
import { unlessPassed } from './transcripts.ts';

/** The line width: every terminal and every CI log shows this much. */
const lineWidth = 80;
/** The longest time before a character is written, in ms. */
const longestWait = 100;
/** One character for each scenario as it ends, then the causes of failures and the summary. */
export function create(options: ReporterOptions): Reporter {
  const { output, strict } = options;
  const paint = options.colour ? coloured : plain;
  const noted = tally(strict);
  const causes = collectCauses();
  let column = 0;
  /** Characters not written yet: a write for each would cost more than the scenario itself. */
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
          causes.add(event.result);
          const isFull = column === lineWidth;
          column = isFull ? 1 : column + 1;
          return write(`${isFull ? '\n' : ''}${paint(style, dot)}`);
        }
        case 'slowed': {
          const text = `${column > 0 ? '\n' : ''}${paint('yellow', inert(visible(slowedWords(event.note))))}`;
          column = lineWidth;
          return write(text);
        }
        case 'end': {
          const summary = summaryText(event.summary, noted, {
            paint,
            strict,
            ...(options.rerunFailed !== false && { rerun: options.rerun }),
            listed: false,
            causes: causes.list(),
            failure: options,
          });
          return output.write(`${waiting}${column > 0 ? '\n\n' : ''}${summary}`);
        }
      }
    },
  };
}
