import { createHash } from 'node:crypto';
import type { Diagnostic } from '../diagnostic.ts';
import { positionAt } from '../source.ts';
import { visible } from '../visible.ts';
import { jsonText } from './json-text.ts';

export interface CodeQualityOptions {
  /** The file for errors without a place: the configuration. */
  readonly fallback: string;
  /** A file's path from the repository's root. Default: as shown. */
  readonly repositoryPath?: (path: string) => string;
}

/**
 * Errors for GitLab's Code Quality report: JSON with an entry for each error, which GitLab shows on the lines of a
 * merge request. A fingerprint does not depend on the line, so that an error is not new because lines were added above
 * it; a second error with the same message in a file gets a fingerprint of its own.
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
