import type { Reporter } from '../result.ts';
import type { Attach } from './attachments.ts';

/** Where a reporter writes: the terminal, a pipe, a file. */
export interface Output {
  /** Resolves, where it has to wait, when more may be written. */
  write(text: string): void | Promise<void>;
  readonly isTTY: boolean;
  /** Whether what was written last, by this or another reporter, left a line unfinished. Default: no. */
  readonly isMidLine?: boolean;
  /** The window's width; may change meanwhile. */
  readonly columns: number;
}

/** Time from outside, so that reports are functions of what they are given. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Calls back every so many milliseconds until the returned function is called; never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
}

export interface ReporterOptions {
  readonly output: Output;
  readonly clock: Clock;
  readonly colour: boolean;
  /** Warnings are failures. */
  readonly strict: boolean;
  /** What a file and a line are put behind to run a scenario again: `mailspec run --config ci.yaml`. */
  readonly rerun: string;
  /** List every scenario as CI does; default: where the output is no terminal. */
  readonly list?: boolean;
  /** `quiet`: the causes and the last line. `verbose`: every dialogue, and every failure in full. */
  readonly verbosity?: Verbosity;
  /** This program's version, for reports that name their maker. */
  readonly version?: string;
  /** The name of the machine that ran the scenarios; absent where another did. */
  readonly machine?: string;
  /** A file's path as shown to that from the root of the repository which a CI server checked out. Default: as shown. */
  readonly repositoryPath?: (path: string) => string;
  /** The page of a step of GitHub Actions. */
  readonly stepSummary?: Output;
  readonly junitDialect?: JunitDialect;
  /** Keeps the evidence of what did not pass in files beside the report. */
  readonly attach?: Attach;
  /** `false` where `mailspec run --rerun-failed` would not run these scenarios again. */
  readonly rerunFailed?: boolean;
}

export type Verbosity = 'quiet' | 'verbose';

/** The form of JUnit reports. `xunit10` omits what the schema of Jenkins' xUnit plugin rejects; `common` has everything. */
export type JunitDialect = 'common' | 'xunit10';

export type CreateReporter = (options: ReporterOptions) => Reporter;
