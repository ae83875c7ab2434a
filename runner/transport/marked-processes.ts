import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { atExit } from '../at-exit.ts';

/** The variable that every program has which this process started, and whatever it started in turn. */
const name = 'MAILSPEC_RUN';
/** Made for the first program: `node:crypto` takes a fifteenth of a start. */
let made: string | undefined;
/** Milliseconds that what is left gets to end in peace. */
const grace = 500;
const pollEvery = 10;
/** A program may start others while it is ended. */
const mostRounds = 5;

let isWatched = false;

function value(): string {
  made ??= `${process.pid}-${randomBytes(8).toString('hex')}`;
  return made;
}

/**
 * The environment of a program that must not outlive this process. A session of its own (setsid, a daemon) takes it out of its
 * process group, but not out of its environment.
 */
export function marked(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  if (!isWatched) {
    isWatched = true;
    atExit(endMarked);
  }
  return { ...env, [name]: value() };
}

/**
 * Ends what still carries the mark: without a turn of the event loop, for there is none at the end of a process. All processes
 * are looked at only a few times, since that takes tens of milliseconds, and longer on a busy machine.
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

/** Those that there were. */
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

/** Only Linux has this file; that of another user's process cannot be read, and an ended one's is empty. */
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
