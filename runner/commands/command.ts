import type { Readable, Writable } from 'node:stream';
import type { Gate } from '../printing/gate.ts';

/** An option of a command. Parsing, documentation and completion all use this row. */
export interface Option {
  readonly name: string;
  /** The placeholder for its value in help, such as `FILE`; absent for a switch. */
  readonly value?: string;
  /** A single letter: `-e`. */
  readonly short?: string;
  readonly repeatable?: true;
  /** Whether the value may be omitted (`--bail`). */
  readonly optional?: true;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** The text after the command's name: `[options] [files, folders or globs]`. */
  readonly usage: string;
  /** The paragraphs of its help page. */
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

/** The unfiltered process. */
export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The absolute path of the file that was started. */
  readonly program?: string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** For questions and for piped input. */
  readonly stdin?: Input;
  /** The first Ctrl-C aborts it. */
  readonly signal: AbortSignal;
  /** From now on SIGINT calls this function, and SIGQUIT does nothing, until the returned function is called. */
  readonly takeKeys?: (interrupted: () => void) => () => void;
  /** Default: a new one. */
  readonly gate?: Gate;
}

/** All of the outside world that a command may use. What it prints passes through the gate: see `printing/gate.ts`. */
export interface Terminal extends Omit<World, 'stdin' | 'stdout' | 'stderr' | 'gate'> {
  readonly stdin: World['stdin'] | undefined;
  readonly stdout: Printer;
  readonly stderr: Printer;
  /** The unfiltered streams, for output that contains no secrets and is safe by itself: reports, JSON. */
  readonly raw: Pick<World, 'stdout' | 'stderr'>;
  /** Called with secrets as soon as they are known. */
  readonly learn: Gate['learn'];
}

export interface Printer {
  readonly isTTY?: boolean;
  write(text: string): void;
}

export type Input = Readable & { readonly isTTY?: boolean };

export type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command's file exports in addition to `command`: arguments in, exit status out. */
export type Main = (args: Arguments, terminal: Terminal) => Promise<number>;
