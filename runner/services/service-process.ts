import { spawn } from 'node:child_process';
import type { Service } from '../service.ts';
import { marked } from '../transport/marked-processes.ts';
import { signalGroup } from '../transport/process-group.ts';

/** The most octets of a service's output that are kept. The end of the output explains why a service did not start. */
const mostOutput = 64 * 1024;
/** The time that a service has to stop before it is killed, in milliseconds. */
const stopLimit = 10_000;
/** The time that its child processes may outlive it, in milliseconds. */
const childrenLimit = 2000;
/** The interval between checks for remaining child processes, in milliseconds. */
const pollEvery = 50;

/**
 * The functions that kill the running services. One listener calls them all, since Node warns about more than ten
 * listeners.
 */
const running = new Set<() => void>();

function killAll(): void {
  for (const kill of running) kill();
}

/** A service's program while it runs: its output and its end. */
export class ServiceProcess {
  readonly #service: Service;
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #child: ReturnType<typeof spawnGroup>;
  readonly #watchers = new Set<() => void>();
  readonly #gone: Promise<void>;
  /** Resolves when the program runs or could not be started. */
  readonly launched: Promise<void>;
  #output = '';
  #ended: string | undefined;
  #silent = false;

  constructor(service: Service, cwd: string, env: NodeJS.ProcessEnv) {
    const [program = '', ...args] = service.start;
    this.#service = service;
    this.#cwd = cwd;
    this.#env = marked({ ...env, ...service.env });
    const child = spawnGroup(program, args, cwd, this.#env);
    this.#child = child;
    // However the runner ends, even by a second Ctrl-C, no process may be left.
    if (running.size === 0) process.once('exit', killAll);
    running.add(this.#kill);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.#output = lastLines(this.#output + text);
        this.#changed();
      });
    }
    this.#gone = this.#untilGone(program);
    this.launched = new Promise((resolve) => {
      child.once('spawn', resolve);
      child.once('error', () => resolve());
    });
  }

  get output(): string {
    return this.#output;
  }

  /** Why the service cannot be used any more. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** True if there can be no more output. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Waits for output, the end of the process or the end of the run, for at most `ms`. */
  changeOr(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#watchers.add(done);
      signal.addEventListener('abort', done);
    });
  }

  async stop(): Promise<void> {
    if (this.#service.stop !== undefined) await runToEnd(this.#service.stop, this.#cwd, this.#env);
    const { pid, stdout, stderr } = this.#child;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    const timer = setTimeout(this.#kill, stopLimit);
    await this.#gone;
    clearTimeout(timer);
    // The program's remaining processes may end by themselves, but must not outlive the run.
    for (let waited = 0; waited < childrenLimit && signalGroup(pid, 0); waited += pollEvery) await pause(pollEvery);
    this.#kill();
    running.delete(this.#kill);
    if (running.size === 0) process.off('exit', killAll);
    stdout.destroy();
    stderr.destroy();
  }

  readonly #kill = (): void => void signalGroup(this.#child.pid, 'SIGKILL');

  #untilGone(program: string): Promise<void> {
    const { name } = this.#service;
    return new Promise((resolve) => {
      const end = (why: string | undefined) => {
        this.#ended = why ?? this.#ended;
        this.#changed();
        resolve();
      };
      this.#child.on('error', (error) => end(`Cannot start service "${name}": ${whyNot(error, program)}`));
      this.#child.on('exit', (status, signal) => {
        // The command that starts a daemon exits with 0 once the daemon runs.
        end(
          status === 0 ? undefined : `Service "${name}" ended with ${signal ?? `status ${status}`} before it was ready`,
        );
      });
      this.#child.on('close', () => {
        this.#silent = true;
        this.#changed();
      });
    });
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** Whole lines only: the end of a line that was cut could be the end of a secret. */
function lastLines(output: string): string {
  if (output.length <= mostOutput) return output;
  const kept = output.slice(-mostOutput);
  return kept.slice(kept.indexOf('\n') + 1);
}

/** In its own process group: Ctrl-C reaches only the runner, which then stops the services in order. */
function spawnGroup(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  return spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

function whyNot(error: NodeJS.ErrnoException, program: string): string {
  if (error.code === 'ENOENT') return `there is no program "${program}", or none that its first line names`;
  return error.code === 'EACCES' ? `"${program}" may not be executed` : error.message;
}

function runToEnd(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: 'ignore', timeout: stopLimit, killSignal: 'SIGKILL' });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
