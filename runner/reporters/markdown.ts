import type { Reporter } from '../result.ts';
import { telling } from './failure.ts';
import { markdownDocument } from './markdown-document.ts';
import type { ReporterOptions } from './reporter.ts';
import { unlessPassed } from './transcripts.ts';

/** A comment on GitHub takes 65,536 characters, one on GitLab 1,000,000. */
const longestComment = 60_000;

/** A comment for a merge request: the counts, and each failure behind its name. Written when the run ends. */
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
