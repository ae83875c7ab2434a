import type { LoadOptions } from '../project/options.ts';

/** The options of the library's `load`, and how mocha plays what they select. */
export interface ScenariosOptions extends LoadOptions {
  /**
   * How many scenarios are played at a time, ahead of the test that mocha has reached; 1 plays each when mocha
   * reaches it, so that hooks around tests hold. Default: the configuration's, or 8.
   */
  readonly parallel?: number | undefined;
  /** A scenario of level `should` that fails is a failed test; otherwise it passes, and standard error says why. Default: false. */
  readonly strict?: boolean | undefined;
}
