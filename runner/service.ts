import type { Pattern } from './plan.ts';

/** A program that is started before the run and stopped after it, whatever happens. */
export interface Service {
  readonly name: string;
  readonly start: readonly string[];
  /** Where it greets, or what its output says; without it, it is ready once started. */
  readonly ready?: { readonly by: 'url'; readonly url: string } | { readonly by: 'pattern'; readonly pattern: Pattern };
  /** Default: SIGTERM to the started program and its children. */
  readonly stop?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds it may take to become ready. */
  readonly timeout: number;
}
