#!/usr/bin/env node
import { packageVersion } from './package-root.ts';

const controller = new AbortController();

/** Ctrl-C once: end the run, write the reports. Twice: leave now. */
function interrupt(): void {
  if (controller.signal.aborted) process.exit(130);
  controller.abort();
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    process.stdout.write(`mailspec ${packageVersion()}\n`);
    return 0;
  }
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // A reader that went away (`| head`) is no crash.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  const { dispatch } = await import('./commands/dispatch.ts');
  return dispatch(argv, {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  });
}

process.exitCode = await main(process.argv.slice(2));
