import type { LoadOptions } from '../project/options.ts';

/** The options of the library's `load`, and how mocha runs the selected scenarios. */
export interface ScenariosOptions extends LoadOptions {
  /**
   * The number of scenarios that run at a time, ahead of the test that mocha has reached. With 1, each runs when mocha
   * reaches it, so that hooks around a test take effect. Default: the configuration's, or 8.
   */
  readonly parallel?: number | undefined;
  /**
   * Fail the test if a scenario of level `should` fails; otherwise the test passes, and standard error says why.
   * Default: false.
   */
  readonly strict?: boolean | undefined;
}
