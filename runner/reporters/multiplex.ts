import type { ScenarioResult } from '../result.ts';
import type { Reporter, RunEvent, Transcripts } from '../run-event.ts';
import { ordered } from './ordered.ts';

/** A reporter that threw an error; it gets no further events. */
export interface ReporterFailure {
  readonly reporter: string;
  readonly error: unknown;
}

export interface Multiplexer {
  /**
   * Passes an event to every reporter, one after another, in the order of the calls. Never throws or rejects. Await it
   * to keep the run at the pace of the slowest reporter.
   */
  report(event: RunEvent): void | Promise<void>;
  /** Which transcripts at least one of the reporters shows. */
  readonly transcripts: Transcripts;
  /** The reporters that have failed so far, each once. */
  readonly failures: readonly ReporterFailure[];
}

/**
 * Combines several reporters: an error of one affects no other and no result, and reporters that need file order get
 * it.
 * @param onFailure called once for each reporter that throws
 */
export function multiplex(
  reporters: readonly Reporter[],
  onFailure: (failure: ReporterFailure) => void = () => {},
): Multiplexer {
  const failures: ReporterFailure[] = [];
  const failed = new Set<Reporter>();
  const inOrder = ordered();
  /** The events that are being processed; `undefined` when every reporter has processed all events. */
  let last: Promise<void> | undefined;

  const fail = (reporter: Reporter, error: unknown) => {
    failed.add(reporter);
    const failure = { reporter: reporter.name, error };
    failures.push(failure);
    try {
      onFailure(failure);
    } catch {
      // The callback may fail as well; the failure is in the list.
    }
  };
  const tellOne = (reporter: Reporter, event: RunEvent): void | Promise<void> => {
    if (failed.has(reporter)) return;
    try {
      return reporter.report(event)?.catch((error: unknown) => fail(reporter, error));
    } catch (error) {
      fail(reporter, error);
    }
  };
  const tell = (audience: readonly Reporter[], event: RunEvent) =>
    inTurn(audience, (reporter) => tellOne(reporter, event));
  const asTheyEnd = reporters.filter((each) => each.order === 'as they end');
  const byFile = reporters.filter((each) => each.order === 'file');
  const tellInOrder = (results: readonly ScenarioResult[]) =>
    inTurn(results, (result) => tell(byFile, { type: 'scenario', result }));
  const tellByFile = (event: Extract<RunEvent, { type: 'scenario' | 'end' }>) => {
    if (event.type === 'scenario') return tellInOrder(inOrder.push(event.result));
    const rest = tellInOrder(inOrder.rest());
    return rest === undefined ? tell(reporters, event) : rest.then(() => tell(reporters, event));
  };
  const deliver = (event: RunEvent): void | Promise<void> => {
    if (byFile.length === 0 || (event.type !== 'scenario' && event.type !== 'end')) return tell(reporters, event);
    const early = event.type === 'end' ? undefined : tell(asTheyEnd, event);
    const late = () => tellByFile(event);
    return early === undefined ? late() : early.then(late);
  };
  return {
    failures,
    transcripts: (outcome) => reporters.some((each) => !failed.has(each) && each.transcripts(outcome)),
    report(event) {
      const told = last === undefined ? deliver(event) : last.then(() => deliver(event));
      if (told === undefined) return;
      const now: Promise<void> = told.then(() => {
        if (last === now) last = undefined;
      });
      last = now;
      return now;
    },
  };
}

/**
 * Runs one after another, without a promise if nothing has to wait: promises for two events per scenario would cost as
 * much as a step.
 */
function inTurn<Item>(items: readonly Item[], act: (item: Item) => void | Promise<void>): void | Promise<void> {
  for (let index = 0; index < items.length; index++) {
    const acted = act(items[index] as Item);
    if (acted !== undefined) return acted.then(() => inTurn(items.slice(index + 1), act));
  }
}
