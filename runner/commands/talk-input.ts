import { createInterface, type Interface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Terminal } from './command.ts';
import type { Display } from './talk-display.ts';

/** Reads lines that a person types or that arrive through a pipe, one at a time. */
export interface Lines {
  /** The next line; `undefined` at the end. */
  next(prompt: string): Promise<string | undefined>;
  /** Runs a function that needs the terminal for itself. */
  aside<Value>(act: () => Promise<Value>): Promise<Value>;
  close(): void;
}

export interface LinesOptions {
  readonly terminal: Terminal;
  readonly display: Display;
  readonly complete: (line: string) => readonly string[];
  /** Called on Ctrl-C. */
  readonly interrupted: () => void;
}

/** How many lines of history are kept. */
const longestHistory = 500;

export function openLines({ terminal, display, complete, interrupted }: LinesOptions): Lines {
  const {
    stdin = Readable.from([]),
    raw: { stdout },
    signal,
  } = terminal;
  const isTerminal = terminal.stdin?.isTTY === true && stdout.isTTY === true;
  const waiting: string[] = [];
  let history: string[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  let reader: Interface | undefined = start();
  signal.addEventListener('abort', () => {
    ended = true;
    wake?.();
  });
  // While lines are read here, Ctrl-C is a key and sends no signal. A signal was meant for the program that had the terminal,
  // and may arrive after that program's end: signals of different numbers have no order.
  const giveBackKeys = isTerminal ? terminal.takeKeys?.(() => {}) : undefined;

  function start(): Interface {
    const made = createInterface({
      input: stdin,
      ...(isTerminal && { output: stdout, history, historySize: longestHistory }),
      terminal: isTerminal,
      completer: (line: string): [string[], string] => [[...complete(line)], line],
    });
    made.on('line', (line) => {
      waiting.push(line);
      wake?.();
    });
    made.on('history', (lines: string[]) => {
      history = lines;
    });
    made.on('SIGINT', interrupted);
    made.on('close', () => {
      if (made !== reader) return;
      ended = true;
      wake?.();
    });
    return made;
  }

  function promptAround(isShown: boolean): void {
    if (!isTerminal) return;
    display.around = isShown
      ? { before: () => void stdout.write('\r\x1b[K'), after: () => reader?.prompt(true) }
      : { before() {}, after() {} };
  }

  return {
    async next(prompt) {
      if (isTerminal && waiting.length === 0 && !ended) {
        reader?.setPrompt(prompt);
        reader?.prompt();
        promptAround(true);
      }
      while (waiting.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      promptAround(false);
      return waiting.shift();
    },
    async aside(act) {
      const before = reader;
      if (!isTerminal) return act();
      // Nothing listens while the other program runs: what is typed then must not be shown, and is not a line.
      reader = undefined;
      before?.close();
      try {
        return await act();
      } finally {
        stdin.resume();
        reader = start();
      }
    },
    close() {
      ended = true;
      reader?.close();
      stdin.pause();
      giveBackKeys?.();
    },
  };
}
