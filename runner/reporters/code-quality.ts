import { createHash } from 'node:crypto';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../source.ts';
import { visible } from '../visible.ts';
import { jsonText } from './json-text.ts';

export interface CodeQualityOptions {
  /** Where a mistake without a place belongs: the configuration file. */
  readonly fallback: string;
  /** A file's path from the repository's root. Default: as shown. */
  readonly repositoryPath?: (path: string) => string;
}

/**
 * Errors for GitLab's Code Quality report: JSON, an entry per error, shown on the merge request's lines.
 * A fingerprint does not change with the line, so that what was there before is not new because lines were added
 * above it; the second mistake of the same words in a file has one of its own.
 */
export function codeQuality(diagnostics: readonly Diagnostic[], options: CodeQualityOptions): string {
  const seen = new Map<string, number>();
  const entries = diagnostics.map(({ code, message, hint, severity, span }) => {
    const path = visible((options.repositoryPath ?? ((shown) => shown))(span?.file.path ?? options.fallback));
    const key = [code, path, message].join('\0');
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return {
      description: visible(hint === undefined ? message : `${message}. ${hint}`),
      check_name: code,
      fingerprint: createHash('sha256').update(`${key}\0${count}`).digest('hex'),
      severity: severity === 'warning' ? 'minor' : 'major',
      location: { path, lines: { begin: span ? positionAt(span.file, span.start).line : 1 } },
    };
  });
  return `${jsonText(entries)}\n`;
}
