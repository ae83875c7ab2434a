import type { Reporter } from '../run-event.ts';
import type { Attach } from './attachments.ts';

/** The output of a reporter: the terminal, a pipe, a file. */
export interface Output {
  /** If it has to wait, resolves when more may be written. */
  write(text: string): void | Promise<void>;
  readonly isTTY: boolean;
  /** Whether the last write, by this or another reporter, left a line unfinished. Default: no. */
  readonly isMidLine?: boolean;
  /** The width of the window, which may change. */
  readonly columns: number;
}

/** The clock is passed in, so that reports depend only on their input. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Calls back every `ms` milliseconds until the returned function is called; does not keep the process alive. */
  every(ms: number, callback: () => void): () => void;
}

export interface ReporterOptions {
  readonly output: Output;
  readonly clock: Clock;
  readonly colour: boolean;
  /** Whether warnings count as failures. */
  readonly strict: boolean;
  /** The command line to which a file and line are added to run a scenario again: `mailspec run --config ci.yaml`. */
  readonly rerun: string;
  /** Whether to list every scenario, as in CI; default: if the output is not a terminal. */
  readonly list?: boolean;
  /** `quiet`: only the causes and the last line. `verbose`: every dialogue, and every failure in full. */
  readonly verbosity?: Verbosity;
  /** This program's version, for reports that name their generator. */
  readonly version?: string;
  /** The name of the machine that ran the scenarios; absent if it was a different one. */
  readonly machine?: string;
  /** Turns a file's path as shown into its path from the root of the repository in CI. Default: as shown. */
  readonly repositoryPath?: (path: string) => string;
  /** The summary of a step in GitHub Actions. */
  readonly stepSummary?: Output;
  readonly junitDialect?: JunitDialect;
  /** Writes the evidence of what did not pass into files next to the report. */
  readonly attach?: Attach;
  /** `false` if `mailspec run --rerun-failed` would not run these scenarios again. */
  readonly rerunFailed?: boolean;
}

export type Verbosity = 'quiet' | 'verbose';

/** The form of JUnit reports. `xunit10` omits what the schema of Jenkins' xUnit plugin rejects; `common` has everything. */
export type JunitDialect = 'common' | 'xunit10';

export type CreateReporter = (options: ReporterOptions) => Reporter;
