import type { Reporter, RunEvent } from '../result.ts';
import { ordered } from './ordered.ts';

/** A reporter that threw; it gets no further events. */
export interface ReporterFailure {
  readonly reporter: string;
  readonly error: unknown;
}

export interface Multiplexer {
  /**
   * Hands an event to every reporter, one after another, in the order of the calls, waited for or not.
   * Never rejects. Wait for it to keep the run at the pace of the slowest reporter.
   */
  report(event: RunEvent): Promise<void>;
  /** So far; each reporter at most once. */
  readonly failures: readonly ReporterFailure[];
}

/**
 * Several reporters as one: what one throws reaches no other and no result, and those that want file order get it.
 * @param onFailure told once of each reporter that throws
 */
export function multiplex(reporters: readonly Reporter[], onFailure: (failure: ReporterFailure) => void = () => {}): Multiplexer {
  const failures: ReporterFailure[] = [];
  const failed = new Set<Reporter>();
  const inOrder = ordered();
  let last: Promise<void> = Promise.resolve();

  const tell = async (audience: readonly Reporter[], event: RunEvent) => {
    for (const reporter of audience) {
      if (failed.has(reporter)) continue;
      try {
        await reporter.report(event);
      } catch (error) {
        failed.add(reporter);
        const failure = { reporter: reporter.name, error };
        failures.push(failure);
        try {
          onFailure(failure);
        } catch {
          // Who listens to failures may fail too; it is in the list.
        }
      }
    }
  };
  const asTheyEnd = reporters.filter((each) => each.order === 'as they end');
  const byFile = reporters.filter((each) => each.order === 'file');
  const deliver = async (event: RunEvent) => {
    if (byFile.length === 0 || (event.type !== 'scenario' && event.type !== 'end')) return tell(reporters, event);
    await tell(event.type === 'end' ? [] : asTheyEnd, event);
    const due = event.type === 'end' ? inOrder.rest() : inOrder.push(event.result);
    for (const result of due) await tell(byFile, { type: 'scenario', result });
    if (event.type === 'end') await tell(reporters, event);
  };
  return {
    failures,
    report(event) {
      last = last.then(() => deliver(event));
      return last;
    },
  };
}
