import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { environmentFor } from '../access/environment.ts';
import { atExit } from '../at-exit.ts';
import { decodeText } from '../encoding.ts';
import type { Expectation } from '../plan.ts';
import { shellWord } from '../shell-word.ts';
import type { Span } from '../source.ts';
import { marked } from '../transport/marked-processes.ts';
import { signalGroup } from '../transport/process-group.ts';
import { aborted, type CheckContext, CheckError, type Seen, timeLimit } from './check.ts';
import { limits } from './limits.ts';
import { shownLines } from './shown.ts';
import type { CheckOf } from './step.ts';

export interface RunInput {
  /** A program and its arguments, which no shell interprets. */
  readonly command: readonly string[];
  readonly stdin?: string;
  readonly cwd: string;
  /** In addition to the variables that every program needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of our own environment variables that it gets as well. */
  readonly inherit?: readonly string[];
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Runs a command; the result has its output without trailing line breaks, and its exit status. The caller has made sure
 * that commands are allowed. Throws a `CheckError`: `reply.timeout` if it does not end in time (it is killed, with its
 * child processes), `input.value` if it cannot be started.
 */
export async function checkRun(input: RunInput, context: CheckContext): Promise<Seen> {
  const [program] = input.command;
  if (program === undefined) throw new CheckError('input.value', 'Cannot run a command: it has no program');
  if (context.signal.aborted) throw aborted(context.signal);
  const child = await start(input);
  const limit = timeLimit(context);
  const kill = () => void endGroup(child);
  limit.signal.addEventListener('abort', kill, { once: true });
  if (limit.signal.aborted) kill();
  try {
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.stdin.on('error', () => undefined); // It may end without reading its input.
    child.stdin.end(input.stdin ?? '');
    const { status, signal } = await ended(child);
    if (context.signal.aborted) throw aborted(context.signal);
    const output = [...labelled('stdout', stdout()), ...labelled('stderr', stderr())];
    if (limit.expired()) {
      throw new CheckError('reply.timeout', `the command "${program}" did not end in time, and was killed`, {
        transcript: [shown(input), ...output],
      });
    }
    // As in shells: 128 plus the signal's number.
    const exit = status ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
    return {
      evidence: {
        exit,
        stdout: withoutEnd(stdout().text),
        stderr: withoutEnd(stderr().text),
        ...(signal !== null && { signal }),
      },
      transcript: [shown(input), ...output, signal === null ? `exit status ${exit}` : `ended by ${signal}`],
      text: withoutEnd(stdout().text),
    };
  } finally {
    limit.signal.removeEventListener('abort', kill);
    limit.done();
  }
}

/** The text without trailing line breaks, like a shell's `$(…)`. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end -= text[end - 2] === '\r' ? 2 : 1;
  return text.slice(0, end);
}

async function start({ command, cwd, env, inherit }: RunInput): Promise<Child> {
  const [program = '', ...args] = command;
  try {
    // In its own process group, so that its child processes end with it.
    const child = spawn(program, args, {
      cwd,
      env: marked({ ...environmentFor(process.env, inherit), ...env }),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.on('error', () => undefined);
    const forget = atExit(() => void signalGroup(child.pid, 'SIGKILL'));
    child.once('close', forget);
    return child;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such program (or folder to start it in)'
        : code === 'EACCES'
          ? 'no permission'
          : message;
    throw new CheckError('input.value', `Cannot run "${program}": ${why}`, { cause });
  }
}

interface Output {
  readonly text: string;
  /** The number of octets that were left out. */
  readonly omitted: number;
}

function collect(stream: Readable): () => Output {
  const pieces: Buffer[] = [];
  let kept = 0;
  let omitted = 0;
  stream.on('error', () => undefined);
  stream.on('data', (octets: Buffer) => {
    const piece = octets.subarray(0, limits.output - kept);
    kept += piece.length;
    omitted += octets.length - piece.length;
    if (piece.length > 0) pieces.push(piece);
  });
  return () => {
    const octets = Buffer.concat(pieces);
    return { text: decodeText(octets), omitted };
  };
}

function ended(child: Child): Promise<{ readonly status: number | null; readonly signal: string | null }> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      // A daemon that it started may keep its pipes open forever.
      timer = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, limits.commandGrace);
    });
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal });
    });
  });
}

async function endGroup(child: Child): Promise<void> {
  const kill = (signal: NodeJS.Signals) => void signalGroup(child.pid, signal);
  kill('SIGTERM');
  const timer = setTimeout(() => kill('SIGKILL'), limits.commandGrace);
  child.once('close', () => {
    clearTimeout(timer);
    kill('SIGKILL'); // kills what outlives its leader
  });
}

function shown({ command }: RunInput): string {
  return `$ ${command.map(shellWord).join(' ')}`;
}

function labelled(name: string, { text, omitted }: Output): Seen['transcript'] {
  const lines = shownLines(text, `${name}: `, limits.outputLines);
  return omitted > 0 ? [...lines, `${name}: … ${omitted} octets more than are kept`] : lines;
}

export const run: CheckOf<'run'> = ({ command, stdin, cwd, env, inherit }, context) => {
  const { fill } = context;
  return checkRun(
    {
      command: command.map(fill),
      cwd,
      env: Object.fromEntries(env.map(({ name, value }) => [name, fill(value)])),
      inherit,
      ...(stdin !== undefined && { stdin: fill(stdin) }),
    },
    context,
  );
};

/** The expectation of a step without one: its command must succeed, since later steps depend on it. */
export function success(span: Span): Expectation {
  return {
    kind: 'reply',
    conditions: [{ kind: 'field', name: 'exit', matcher: { kind: 'equals', value: 0, span }, span }],
    span,
  };
}
