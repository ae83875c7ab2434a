import type { Writable } from 'node:stream';

/** One option of a command: parsed, documented and completed from this row alone. */
export interface Option {
  readonly name: string;
  /** What its value is called in help, `FILE`; a switch has none. */
  readonly value?: string;
  readonly repeatable?: true;
  /** The value may be left out (`--bail`). */
  readonly optional?: true;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** After the command's name: `[options] [files, folders or globs]`. */
  readonly usage: string;
  /** Paragraphs of its page. */
  readonly about: readonly string[];
  readonly options: readonly Option[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
}

export interface Arguments {
  readonly positionals: readonly string[];
  has(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** What a command may touch, from outside. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

export type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command's file exports beside its `command`: argv in, exit status out. */
export type Main = (args: Arguments, terminal: Terminal) => Promise<number>;
