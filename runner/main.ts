import { runAtExit } from './at-exit.ts';
import type { World } from './commands/command.ts';
import { packageVersion } from './package-root.ts';
import { createGate } from './printing/gate.ts';

const controller = new AbortController();

/** The first Ctrl-C ends the run and writes the reports; the second one exits at once. */
function interrupt(): void {
  if (controller.signal.aborted) process.exit(130);
  controller.abort();
}

/** Called on Ctrl-C instead of `interrupt()`: a command that reads keys knows whom Ctrl-C is meant for. */
let ownInterrupt: (() => void) | undefined;
const ignore = (): void => {};

function takeKeys(interrupted: () => void): () => void {
  ownInterrupt = interrupted;
  process.on('SIGQUIT', ignore);
  return () => {
    ownInterrupt = undefined;
    process.off('SIGQUIT', ignore);
  };
}

/** Why output could not be written. */
let lost: string | undefined;

const guarded = new Set<NodeJS.WriteStream>();

/**
 * If the reader of a pipe exits (`| head`), mailspec must not crash: other reports are still written, and services
 * stopped.
 */
function guard(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (guarded.has(stream)) return stream;
  guarded.add(stream);
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    // A full disk says nothing about the server. Reports with a file of their own are still written.
    lost ??= error.message;
    if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = 2;
  });
}

const gate = createGate();

/** Streams are opened when they are first used, since opening them takes time. */
const world: World = {
  cwd: process.cwd(),
  env: process.env,
  ...(process.argv[1] !== undefined && { program: process.argv[1] }),
  get stdout() {
    return guard(process.stdout);
  },
  get stderr() {
    return guard(process.stderr);
  },
  get stdin() {
    return process.stdin;
  },
  signal: controller.signal,
  takeKeys,
  gate,
};

/** An error in mailspec says nothing about the server, and status 1 would mean that a scenario failed. */
function confess(error: unknown): void {
  const trouble = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(gate.shown(`mailspec itself failed; please report this:\n${trouble}\n`));
  process.exitCode = 3;
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    world.stdout.write(`mailspec ${packageVersion()}\n`);
    return 0;
  }
  process.on('SIGINT', () => (ownInterrupt ?? interrupt)());
  process.on('SIGTERM', interrupt);
  // The terminal was closed.
  process.on('SIGHUP', interrupt);
  process.on('uncaughtException', (error) => {
    confess(error);
    process.exit();
  });
  const { dispatch } = await import('./commands/dispatch.ts');
  return dispatch(argv, world);
}

process.on('exit', () => {
  runAtExit();
  if (lost !== undefined) process.stderr.write(gate.shown(`error: Cannot write the output: ${lost}\n`));
});
main(process.argv.slice(2)).then((status) => {
  process.exitCode = status === 0 && lost !== undefined ? 2 : status;
}, confess);
