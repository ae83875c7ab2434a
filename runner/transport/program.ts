import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { environmentFor } from '../access/environment.ts';
import { atExit } from '../at-exit.ts';
import type { Note } from '../result.ts';
import { limits } from './limits.ts';
import { marked } from './marked-processes.ts';
import { signalGroup } from './process-group.ts';
import { TransportError } from './transport.ts';

/** A program that uses the protocol on its standard input and output. */
export interface Program {
  readonly stream: Duplex;
  /** Kills it at once; or ends its input, then terminates and finally kills it, in limited time. */
  end(how: 'at once' | 'in time'): Promise<void>;
}

export interface ProgramOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  /** Names of our own environment variables that it gets in addition to the usual ones. */
  readonly inherit: readonly string[];
  readonly signal: AbortSignal;
  /** Called with the lines of its standard error, and with how it ended. */
  readonly note: (note: string | Note) => void;
}

/** Starts the program. Rejects with a `TransportError` (`connect`, `aborted`). */
export async function startProgram({ command, cwd, inherit, signal, note }: ProgramOptions): Promise<Program> {
  const [file, ...args] = command;
  if (file === undefined)
    throw new TransportError('connect', 'connect', 'Cannot start a program: the server has no command');
  if (signal.aborted)
    throw new TransportError('aborted', 'connect', 'Cannot start a program: the run was ended', {
      cause: signal.reason,
    });
  // In its own process group, so that what a shell started ends with it.
  const child = spawn(file, args, {
    cwd,
    env: marked(environmentFor(process.env, inherit)),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = once(child, 'exit').then(([status, by]: unknown[]) => {
    note(by === null ? `program ended with status ${status}` : `program ended by ${by}`);
  });
  exited.catch(() => undefined);
  try {
    await once(child, 'spawn');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such program (or folder to start it in)' : message;
    throw new TransportError('connect', 'connect', `Cannot start "${file}": ${why}`, {
      ...(code !== undefined && { system: code }),
      cause,
    });
  }
  const forget = atExit(() => void signalGroup(child.pid, 'SIGKILL'));
  void exited.then(forget, forget);
  child.on('error', () => undefined);
  noteErrors(child, note);
  return {
    stream: joined(child),
    end: ending(
      child,
      exited.catch(() => undefined),
    ),
  };
}

function ending(child: ChildProcessWithoutNullStreams, exited: Promise<void>): Program['end'] {
  const kill = (signal: NodeJS.Signals) => {
    if (!signalGroup(child.pid, signal)) child.kill(signal);
  };
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const exitWithin = async (ms: number): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([exited, late]);
    clearTimeout(timer);
    return gone();
  };
  return async (how) => {
    if (how === 'at once') kill('SIGKILL');
    else {
      child.stdin.end();
      if (!(await exitWithin(limits.programGrace))) {
        kill('SIGTERM');
        if (!(await exitWithin(limits.programGrace))) kill('SIGKILL');
      }
    }
    await exitWithin(limits.programGrace);
    // Processes that inherited the pipes may keep them open; we do not.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
  };
}

/** Standard input and output as one stream. */
function joined({ stdin, stdout }: ChildProcessWithoutNullStreams): Duplex {
  const stream = new Duplex({
    read() {
      stdout.resume();
    },
    write(octets: Buffer, _encoding, done) {
      stdin.write(octets, done);
    },
    final(done) {
      stdin.end(done);
    },
    destroy(error, done) {
      stdin.destroy();
      stdout.destroy();
      done(error);
    },
  });
  stdout.on('data', (octets: Buffer) => {
    if (!stream.push(octets)) stdout.pause();
  });
  stdout.on('end', () => stream.push(null));
  stdout.on('error', (error) => stream.destroy(error));
  // A program that has ended accepts no input (EPIPE), which the write's callback reports.
  stdin.on('error', () => undefined);
  return stream;
}

/** Reports standard error as notes, one for each line. */
function noteErrors({ stderr }: ChildProcessWithoutNullStreams, note: ProgramOptions['note']): void {
  const longest = limits.programErrorLine;
  let left: number = limits.programErrors;
  let partial = '';
  const take = (line: string) => note({ kind: 'line', label: 'stderr: ', text: line.replace(/\r$/, ''), longest });
  stderr.setEncoding('utf8');
  stderr.on('error', () => undefined);
  stderr.on('data', (text: string) => {
    if (left <= 0) return;
    left -= text.length;
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) take(line);
    if (left <= 0) note(`stderr: more than ${limits.programErrors} characters; the rest is not shown`);
  });
  stderr.on('end', () => {
    if (partial !== '') take(partial);
  });
}
