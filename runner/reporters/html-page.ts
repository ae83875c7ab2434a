import { createHash } from 'node:crypto';
import type { Outcome } from '../result.ts';
import { outcomes } from '../words/outcome.ts';
import { causesHtml } from './html-causes.ts';
import { escapeHtml } from './html-escape.ts';
import { filtersHtml, tagsOf } from './html-filters.ts';
import { type HeaderOptions, headerHtml } from './html-header.ts';
import type { Entry } from './html-scenario.ts';
import { script } from './html-script.ts';
import { filterRules, style } from './html-style.ts';
import { suitesHtml } from './html-suites.ts';
import type { Tested } from './html-tested.ts';
import { closing } from './summary.ts';

export interface PageOptions extends HeaderOptions {
  readonly tested: Tested;
  readonly version?: string;
  /** The name of the machine on which it ran. */
  readonly machine?: string;
  /** The command line to which a scenario's name is added to run it again. */
  readonly rerun: string;
}

const marks = Object.keys(outcomes) as Outcome[];

/** The whole page. */
export function page(entries: readonly Entry[], options: PageOptions): string {
  const { summary, causes, tested, version, machine } = options;
  const tags = tagsOf(entries);
  const shown = marks.filter((outcome) => entries.some((entry) => entry.outcome === outcome));
  const css = `${style}${filterRules(shown, tags.length)}`;
  const title = `mailspec: ${closing(summary.counts, options.strict)}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(css)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${headerHtml(options)}<main id="main">
${tested.html({ isOpen: causes.length === 0, ...(version !== undefined && { version }), ...(machine !== undefined && { machine }) })}${causesHtml(causes, entries, options)}${filtersHtml(entries, shown, tags)}${suitesHtml(entries, tags, causes)}</main>
<footer><p>mailspec${version === undefined ? '' : ` ${escapeHtml(version)}`}</p></footer>
<script>${script}</script>
</body>
</html>
`;
}

/**
 * A policy against anything that a server might inject: only this script runs, nothing is loaded, and only these styles
 * apply.
 */
function policy(css: string): string {
  return `default-src 'none'; style-src '${hashOf(css)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
