import type { CreateReporter } from './reporter.ts';

export interface ReporterEntry {
  /** For the help page. */
  readonly description: string;
  /** Where it writes if no file is given. */
  readonly to: { readonly terminal: true } | { readonly file: string };
  /** Keeps an earlier report until this one is complete, so that readers always find one. */
  readonly keepsEarlier?: boolean;
  load(): Promise<{ readonly create: CreateReporter }>;
}

/** All reporters: a new one needs a file and a row. */
export const reporters = {
  spec: {
    description: 'progress, failures and a summary on a terminal; every scenario in CI',
    to: { terminal: true },
    load: () => import('./spec.ts'),
  },
  dot: {
    description: 'one character per scenario, then failures and the summary',
    to: { terminal: true },
    load: () => import('./dot.ts'),
  },
  audit: {
    description: 'what is wrong, the worst first, and a grade for each area',
    to: { terminal: true },
    load: () => import('./audit.ts'),
  },
  html: {
    description: 'one page with every dialogue, for a browser',
    to: { file: 'mailspec.html' },
    load: () => import('./html.ts'),
  },
  junit: {
    description: 'JUnit XML, for GitLab, Jenkins and other CI',
    to: { file: 'junit.xml' },
    load: () => import('./junit.ts'),
  },
  json: {
    description: 'every event as a line of JSON (schemas/result.schema.json)',
    to: { file: 'results.jsonl' },
    load: () => import('./json.ts'),
  },
  tap: {
    description: 'TAP version 14',
    to: { file: 'results.tap' },
    load: () => import('./tap.ts'),
  },
  ctrf: {
    description: 'Common Test Report Format (JSON)',
    to: { file: 'ctrf-report.json' },
    load: () => import('./ctrf.ts'),
  },
  github: {
    description: 'annotations and the step summary of GitHub Actions; chosen automatically there',
    to: { terminal: true },
    load: () => import('./github.ts'),
  },
  sarif: {
    description: 'SARIF 2.1.0, for code-scanning pages',
    to: { file: 'mailspec.sarif' },
    load: () => import('./sarif.ts'),
  },
  'code-quality': {
    description: "GitLab's Code Quality report: each cause with its severity, on the merge request's page",
    to: { file: 'gl-code-quality-report.json' },
    load: () => import('./code-quality-run.ts'),
  },
  nagios: {
    description: 'one line with performance data for Nagios, Icinga and the like, and the exit status that they read',
    to: { terminal: true },
    load: () => import('./nagios.ts'),
  },
  openmetrics: {
    description: "metrics for Prometheus, through node_exporter's textfile collector",
    to: { file: 'mailspec.prom' },
    keepsEarlier: true,
    load: () => import('./openmetrics.ts'),
  },
  markdown: {
    description: 'a comment for a merge request',
    to: { file: 'mailspec.md' },
    load: () => import('./markdown.ts'),
  },
} as const satisfies Readonly<Record<string, ReporterEntry>>;

export type ReporterName = keyof typeof reporters;
