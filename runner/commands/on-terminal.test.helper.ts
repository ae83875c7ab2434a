import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const script = '/usr/bin/script';
export const program = fileURLToPath(new URL('../main.js', import.meta.url));

/** Runs a program on a pseudo-terminal. */
export function onTerminal(command: string, cwd: string) {
  const { MAILSPEC_PASSWORD: _, ...inherited } = process.env;
  // `script` starts the shell that $SHELL names. Without exec, some shells stay, and end with the keys' signals.
  const env = { ...inherited, SHELL: '/bin/sh', TERM: 'xterm', COLUMNS: '200' };
  const child = spawn(script, ['-qfec', `exec env ${command}`, '/dev/null'], { cwd, env });
  let shown = '';
  let read = 0;
  let look = (): void => {};
  const onData = (octets: Buffer): void => {
    shown += octets.toString();
    look();
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    type: (text: string) => void child.stdin.write(text),
    /** Resolves when the output since the last call matches. */
    shows: (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        look = () => {
          const found = pattern.exec(shown.slice(read));
          if (found === null) return;
          read += found.index + found[0].length;
          look = () => {};
          resolve();
        };
        look();
        void ended.then(() => reject(new Error(`The program ended before it showed ${pattern}:\n${shown}`)));
      }),
    shown: () => shown,
    ended,
  };
}
