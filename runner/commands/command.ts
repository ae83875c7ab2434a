import type { Readable, Writable } from 'node:stream';
import type { Gate } from '../printing/gate.ts';

/** One option of a command: parsed, documented and completed from this row alone. */
export interface Option {
  readonly name: string;
  /** What its value is called in help, `FILE`; a switch has none. */
  readonly value?: string;
  /** One letter: `-e`. */
  readonly short?: string;
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

/** The process as it is. */
export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** For what is asked, typed and piped. */
  readonly stdin?: Input;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Leaves Ctrl-C and Ctrl-\\ to the program that has the terminal now, until the function that is returned is called. */
  readonly lendKeys?: () => () => void;
  /** Default: one of its own. */
  readonly gate?: Gate;
}

/** What a command may touch, from outside. What it prints goes through the gate: see `printing/gate.ts`. */
export interface Terminal extends Omit<World, 'stdin' | 'stdout' | 'stderr' | 'gate'> {
  readonly stdin: World['stdin'] | undefined;
  readonly stdout: Printer;
  readonly stderr: Printer;
  /** The streams as they are, for formats that have no secrets in them and are safe by themselves: reports, JSON. */
  readonly raw: Pick<World, 'stdout' | 'stderr'>;
  /** Told of secrets as soon as they are known. */
  readonly learn: Gate['learn'];
}

export interface Printer {
  readonly isTTY?: boolean;
  write(text: string): void;
}

export type Input = Readable & { readonly isTTY?: boolean };

export type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command's file exports beside its `command`: argv in, exit status out. */
export type Main = (args: Arguments, terminal: Terminal) => Promise<number>;
