import type { Secret } from '../plan.ts';
import type { SourceFile } from '../source.ts';
import type { ShardRequest } from './shard-request.ts';

/** Which scenarios to plan, and how. Every option may be left out; `mailspec run` has a flag for most of them. */
export interface LoadOptions {
  /** Relative paths start here, and the search for `mailspec.yaml` does. Default: the process's working directory. */
  readonly cwd?: string | undefined;
  /**
   * The configuration: the path of a file, or its text with a path for messages, which relative paths in it are
   * relative to. Default: `mailspec.yaml` in `cwd` or the closest folder above that has one; none if no folder has one.
   */
  readonly config?: string | SourceFile | undefined;
  /** The name of a profile in the configuration. */
  readonly profile?: string | undefined;
  /** The environment variables that `${env.NAME}` in the configuration reads. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Server URLs by name; they override the configuration. */
  readonly servers?: Readonly<Record<string, string>> | undefined;
  /** Variables by name; they override the configuration and the scenario files. */
  readonly variables?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** How long a reply may take, unless a step has its own `timeout`: milliseconds, or a duration such as `'10s'`. Overrides the configuration. */
  readonly timeout?: number | string | undefined;
  /** How often to try a failing scenario again; one that then passes is `flaky`. Overrides the configuration and the files. */
  readonly retries?: number | undefined;
  /** Selects scenarios by an expression over their tags: `smtp and not slow`. */
  readonly tags?: string | undefined;
  /** Selects scenarios whose name or id contains this text, ignoring case. */
  readonly grep?: string | undefined;
  /** Selects the scenarios that did not pass in the last `mailspec run` of this project. Default: false. */
  readonly rerunFailed?: boolean | undefined;
  /**
   * Selects one part of several of what the other options select. Every machine computes the same parts. `auto` reads
   * the part's number from the variables of GitLab CI, CircleCI, Buildkite, Bitbucket or Semaphore.
   */
  readonly shard?: ShardRequest | 'auto' | undefined;
  /** How long scenarios took, in milliseconds by id, to balance the shards by; must be the same on every machine. */
  readonly durations?: ReadonlyMap<string, number> | undefined;
  /** Called with secrets as soon as they are known, before anything is reported: for programs that print. */
  readonly onSecrets?: ((secrets: readonly Secret[]) => void) | undefined;
  /**
   * Secrets by name, in addition to the configuration's `secrets` and overriding them. Reports hide their values.
   */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** Called with the absolute path of every file before it is read: for programs that watch them. */
  readonly onFile?: ((path: string) => void) | undefined;
}

/**
 * A file, a folder, a glob, `FILE:LINE`, a scenario's id (in which `*` matches any characters) or a shipped pack
 * (`mailspec:PACK`); or the text of a scenario file with a path for messages, which relative paths in it are relative
 * to.
 */
export type LoadTarget = string | SourceFile;

/** The options with targets. Default: what the configuration lists under `scenarios`. */
export interface ProjectOptions extends LoadOptions {
  /** Unix sockets that arguments name; scenarios may use them in addition to those that the configuration allows. */
  readonly sockets?: readonly string[];
  /** URLs, by name, for servers that need not be configured. */
  readonly usualServers?: Readonly<Record<string, string>>;
  readonly targets?: readonly LoadTarget[];
  /** What arguments allow to be skipped: each must match something. */
  readonly allowSkips?: readonly string[];
  /** The folder that keeps parsed files for the next process. Default: nothing is kept. */
  readonly cache?: string;
}
