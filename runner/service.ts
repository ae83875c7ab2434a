import type { Pattern } from './plan.ts';

/** A program that is started before the run and stopped after it, whatever happens. */
export interface Service {
  readonly name: string;
  readonly start: readonly string[];
  /**
   * When it is ready: once a URL sends a greeting, or once its output matches a pattern. Absent: as soon as it is
   * started.
   */
  readonly ready?: { readonly by: 'url'; readonly url: string } | { readonly by: 'pattern'; readonly pattern: Pattern };
  /** Default: SIGTERM to the started program and its children. */
  readonly stop?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The most time to become ready, in milliseconds. */
  readonly timeout: number;
}
