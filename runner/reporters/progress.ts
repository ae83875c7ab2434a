import { fitColumns } from '../columns.ts';
import { measured } from '../duration.ts';
import type { ScenarioFacts } from '../result.ts';
import { visible } from '../visible.ts';
import { suiteWords } from '../words/outcome.ts';
import type { Clock, Output } from './reporter.ts';

/** Milliseconds between two updates: ten per second look smooth, and are cheap even over a slow line. */
const redrawEvery = 100;
/** ECMA-48: returns to the beginning of the line, and erases it. */
const eraseLine = '\r\x1b[K';

/** The progress line at the bottom of a terminal. Without a terminal, it does nothing. */
export interface Progress {
  start(total: number): void;
  begin(scenario: ScenarioFacts): void;
  end(scenario: ScenarioFacts, failing: boolean): void;
  /** Writes text above the line. */
  write(text: string): void | Promise<void>;
  /** Removes the line for good. */
  stop(): void;
}

export function progress(output: Output, clock: Clock): Progress {
  if (!output.isTTY) return { start() {}, begin() {}, end() {}, write: (text) => output.write(text), stop() {} };
  const running = new Map<string, { readonly name: string; readonly since: number }>();
  let total = 0;
  let done = 0;
  let failing = 0;
  let shown = '';
  let drawn = Number.NEGATIVE_INFINITY;
  let stopTimer = () => {};

  const draw = () => {
    const line = fitColumns(
      progressLine({ total, done, failing, running: [...running.values()] }, clock.now()),
      output.columns - 1,
    );
    if (line !== shown) void output.write(eraseLine + line);
    shown = line;
    drawn = clock.now();
  };
  const clear = () => {
    if (shown !== '') void output.write(eraseLine);
    shown = '';
  };
  const drawIfDue = () => {
    if (clock.now() - drawn >= redrawEvery) draw();
  };
  return {
    start(count) {
      total = count;
      stopTimer = clock.every(redrawEvery, drawIfDue);
      draw();
    },
    begin(scenario) {
      running.set(scenario.id, { name: `${suiteWords(scenario.suite)} › ${scenario.name}`, since: clock.now() });
      drawIfDue();
    },
    end(scenario, failed) {
      running.delete(scenario.id);
      done++;
      if (failed) failing++;
      drawIfDue();
    },
    write(text) {
      clear();
      const written = output.write(text);
      drawIfDue();
      return written;
    },
    stop() {
      stopTimer();
      clear();
    },
  };
}

interface State {
  readonly total: number;
  readonly done: number;
  readonly failing: number;
  /** The longest running ones first. */
  readonly running: readonly { readonly name: string; readonly since: number }[];
}

function progressLine({ total, done, failing, running }: State, now: number): string {
  const [oldest, ...others] = running;
  const parts = [`${done}/${total} done`, ...(failing > 0 ? [`${failing} failing`] : [])];
  if (!oldest) return parts.join(', ');
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${parts.join(', ')}  ${measured(now - oldest.since)}${more}  ${visible(oldest.name)}`;
}
