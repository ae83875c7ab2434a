import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { atExit } from '../at-exit.ts';

/** The environment variable of every program that this process started, and of their child processes. */
const name = 'MAILSPEC_RUN';
/** Made for the first program, since `node:crypto` takes a fifteenth of a start. */
let made: string | undefined;
/** Milliseconds that remaining processes have to end by themselves. */
const grace = 500;
const pollEvery = 10;
/** The most rounds of signals: a program may start others while it is being ended. */
const mostRounds = 5;

let isWatched = false;

function value(): string {
  made ??= `${process.pid}-${randomBytes(8).toString('hex')}`;
  return made;
}

/**
 * The environment of a program that must not outlive this process. A session of its own (setsid, a daemon) removes it
 * from its process group, but not from its environment.
 */
export function marked(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  if (!isWatched) {
    isWatched = true;
    atExit(endMarked);
  }
  return { ...env, [name]: value() };
}

/**
 * Ends everything that still has the mark, synchronously, since there is no event loop at the end of a process. All
 * processes are listed only a few times, since that takes tens of milliseconds, and longer on a busy machine.
 */
function endMarked(): void {
  const asked = signalAll('SIGTERM');
  if (asked.length === 0) return;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const deadline = performance.now() + grace;
  while (asked.some(isMarked) && performance.now() < deadline) Atomics.wait(clock, 0, 0, pollEvery);
  for (let round = 0; round < mostRounds && signalAll('SIGKILL').length > 0; round++)
    Atomics.wait(clock, 0, 0, pollEvery);
}

/** Signals all marked processes, and returns their ids. */
function signalAll(signal: NodeJS.Signals): readonly number[] {
  const found = entries().filter(isMarked);
  for (const pid of found) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Only Linux has this file. That of another user's process is unreadable, and that of an ended one is empty. */
function isMarked(pid: number): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(`\0${name}=${value()}\0`);
  } catch {
    return false;
  }
}

function entries(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((each) => /^\d+$/.test(each))
      .map(Number)
      .filter((pid) => pid !== process.pid);
  } catch {
    return [];
  }
}
