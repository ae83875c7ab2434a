/** What `mailspec run` has options for, as a spec file says it. */
export interface ScenariosOptions {
  /** The configuration file. Default: `mailspec.yaml` in `cwd` or above. */
  readonly config?: string;
  /** A profile of the configuration. */
  readonly profile?: string;
  /** Servers by name, over the configuration's: URLs. */
  readonly servers?: Readonly<Record<string, string>>;
  /** Variables by name, over the configuration's and the files'. */
  readonly variables?: Readonly<Record<string, string | number | boolean>>;
  /** Scenarios whose tags meet this: `smtp and not slow`. */
  readonly tags?: string;
  /** Scenarios whose name holds this text, whatever the letters' case. */
  readonly grep?: string;
  /**
   * How many scenarios are played at a time, ahead of the test that mocha has reached; 1 plays each when mocha
   * reaches it, so that hooks around tests hold. Default: the configuration's, or 8.
   */
  readonly parallel?: number;
  /** Where relative paths start. Default: the working directory. */
  readonly cwd?: string;
  /** How long a reply may take, over the configuration: `10s`. */
  readonly timeout?: string;
  /** How often to try a failing scenario again; one that then passes is flaky. */
  readonly retries?: number;
  /** A scenario of level `should` that fails is a failed test; otherwise it passes, and standard error says why. */
  readonly strict?: boolean;
}
