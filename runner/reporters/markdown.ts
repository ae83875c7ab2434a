import type { Reporter } from '../run-event.ts';
import { telling } from './failure.ts';
import { markdownDocument } from './markdown-document.ts';
import type { ReporterOptions } from './reporter.ts';
import { unlessPassed } from './transcripts.ts';

/** GitHub allows 65,536 characters in a comment, GitLab 1,000,000. */
const longestComment = 60_000;

/**
 * A comment for a merge request: the counts, and each failure collapsed below its name. Written at the end of the run.
 */
export function create(options: ReporterOptions): Reporter {
  const document = markdownDocument({ ...telling(options), strict: options.strict, limit: longestComment });
  return {
    name: 'markdown',
    order: 'file',
    transcripts: unlessPassed,
    report(event) {
      if (event.type === 'scenario') document.add(event.result);
      return event.type === 'end' ? options.output.write(document.text(event.summary)) : undefined;
    },
  };
}
