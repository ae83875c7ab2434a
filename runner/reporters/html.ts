import { collectCauses } from '../causes/collect.ts';
import type { Reporter } from '../run-event.ts';
import { sumOf } from '../words/outcome.ts';
import { page } from './html-page.ts';
import type { Entry } from './html-scenario.ts';
import { entryOf } from './html-scenario.ts';
import { tested } from './html-tested.ts';
import type { ReporterOptions } from './reporter.ts';
import { tally } from './tally.ts';

/**
 * The most characters of all evidence: browsers open such a page in a moment, and a run of 10,000 scenarios keeps it in
 * memory. Further scenarios are listed without evidence. Passing ones may take at most a quarter.
 */
const wholeEvidence = 16 * 1024 * 1024;
const passingShare = wholeEvidence / 4;

/**
 * A single page for a browser: nothing is loaded, and everything can be read without its script. Written at the end of
 * the run.
 */
export function create(options: ReporterOptions): Reporter {
  const entries: Entry[] = [];
  const room = { all: wholeEvidence, passing: passingShare };
  const causes = collectCauses();
  const noted = tally(options.strict);
  const seen = tested();
  let run = { id: '', started: 0 };
  return {
    name: 'html',
    order: 'file',
    // When the limit is reached, no more transcripts are made, since those of a large run take time.
    transcripts: (outcome) => outcome !== 'passed' || Math.min(room.passing, room.all) > 0,
    report(event) {
      switch (event.type) {
        case 'start':
          run = { id: event.runId, started: event.started };
          return;
        case 'begin':
        case 'slowed':
          return;
        case 'scenario': {
          causes.add(event.result);
          noted.add(event.result);
          seen.add(event.result);
          const isPassing = sumOf(event.result.outcome, options.strict) === 'passed' && !event.result.problem;
          const entry = entryOf(event.result, options, isPassing ? Math.min(room.passing, room.all) : room.all);
          room.all -= entry.evidence;
          // The first passing scenario that does not fit ends it for all later ones, whose transcripts would be made in
          // vain.
          if (isPassing) room.passing = entry.evidence === 0 ? 0 : room.passing - entry.evidence;
          entries.push(entry);
          return;
        }
        case 'end':
          return options.output.write(
            page(entries, {
              ...run,
              summary: event.summary,
              strict: options.strict,
              causes: causes.list(),
              reasons: new Map([...noted.reasons('skipped'), ...noted.reasons('not_run')]),
              tested: seen,
              ...about(options),
            }),
          );
      }
    },
  };
}

function about({ rerun, rerunFailed, version, machine }: ReporterOptions) {
  return {
    rerun,
    ...(rerunFailed !== false && { rerunFailed: rerun }),
    ...(version !== undefined && { version }),
    ...(machine !== undefined && { machine }),
  };
}
