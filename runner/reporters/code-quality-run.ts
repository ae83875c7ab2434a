import { createHash } from 'node:crypto';
import type { Cause } from '../causes/cause.ts';
import { collectCauses } from '../causes/collect.ts';
import type { Severity } from '../remedy.ts';
import type { Reporter } from '../run-event.ts';
import { firstIdOf } from '../scenario-id.ts';
import { visible } from '../visible.ts';
import { causeTitle, fixLines } from './cause-record.ts';
import { jsonText } from './json-text.ts';
import type { ReporterOptions } from './reporter.ts';

/** GitLab's severities: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const severities: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};

/** GitLab's Code Quality report for a run: an entry for each cause, at the place of the scenario that shows it best. */
export function create(options: ReporterOptions): Reporter {
  const causes = collectCauses();
  const path = options.repositoryPath ?? ((shown: string) => shown);
  return {
    name: 'code-quality',
    order: 'file',
    transcripts: () => false,
    report(event) {
      if (event.type === 'scenario') causes.add(event.result);
      return event.type === 'end'
        ? options.output.write(`${jsonText(causes.list().map((cause) => entryOf(cause, path)))}\n`)
        : undefined;
    },
  };
}

function entryOf(cause: Cause, path: (shown: string) => string): object {
  const { severity, kind, servers, first } = cause;
  const place = first.problem?.mismatches[0]?.place ?? first.problem?.place ?? first.scenario.place;
  // Without lines, counts and current names, so that the same cause is not new in the next pipeline.
  const key = [kind, ...servers, firstIdOf(first.scenario)].join('\0');
  return {
    description: [causeTitle(cause), ...fixLines(cause)].join('. '),
    check_name: visible(first.scenario.id),
    fingerprint: createHash('sha256').update(key).digest('hex'),
    severity: severities[severity],
    location: { path: visible(path(place.file)), lines: { begin: place.line } },
  };
}
