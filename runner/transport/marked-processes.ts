import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { atExit } from '../at-exit.ts';

/** The variable that every program has which this process started, and whatever it started in turn. */
const name = 'MAILSPEC_RUN';
const value = `${process.pid}-${randomBytes(8).toString('hex')}`;
/** Milliseconds that what is left gets to end in peace. */
const grace = 500;
const pollEvery = 10;
/** A program may start others while it is ended. */
const mostRounds = 5;

let isWatched = false;

/**
 * The environment of a program that must not outlive this process. A session of its own (setsid, a daemon) takes it out of its
 * process group, but not out of its environment.
 */
export function marked(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  if (!isWatched) {
    isWatched = true;
    atExit(endMarked);
  }
  return { ...env, [name]: value };
}

/** Ends what still carries the mark: without a turn of the event loop, for there is none at the end of a process. */
function endMarked(): void {
  if (markedProcesses().length === 0) return;
  signalAll('SIGTERM');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < grace && markedProcesses().length > 0; waited += pollEvery)
    Atomics.wait(clock, 0, 0, pollEvery);
  for (let round = 0; round < mostRounds && signalAll('SIGKILL') > 0; round++) Atomics.wait(clock, 0, 0, pollEvery);
}

/** How many there were. */
function signalAll(signal: NodeJS.Signals): number {
  const found = markedProcesses();
  for (const pid of found) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found.length;
}

/** Only Linux has them as files; those of other users cannot be read, nor ended. */
function markedProcesses(): readonly number[] {
  const wanted = `\0${name}=${value}\0`;
  return entries().filter((pid) => {
    try {
      return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(wanted);
    } catch {
      return false;
    }
  });
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
