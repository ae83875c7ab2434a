import { spawn } from 'node:child_process';
import { fillPattern } from '../matchers/fill.ts';
import { compilePattern } from '../matchers/pattern.ts';
import { parseServerUrl } from '../protocol/server-url.ts';
import type { Service } from '../service.ts';
import { connect } from '../transport/connect.ts';
import { signalGroup } from '../transport/process-group.ts';

export interface RunningServices {
  /** The named groups of `ready` patterns. */
  readonly variables: ReadonlyMap<string, string>;
  /** In reverse order of their start. Never rejects. */
  stop(): Promise<void>;
}

/** A service that cannot be used; nothing of those started before it is left. */
export class ServiceError extends Error {
  /** The end of what it printed. */
  readonly output: string;
  constructor(message: string, output: string) {
    super(message);
    this.name = 'ServiceError';
    this.output = output;
  }
}

/** The most of a service's output that is kept: its end explains why it did not start. */
const mostOutput = 64 * 1024;
/** Between two looks whether a service greets. */
const pollEvery = 50;
/** How long a service may take to end after it was asked to, before it is killed. */
const stopLimit = 10_000;
/** How long what it started may outlive it. */
const childrenLimit = 2000;

/** Starts them in order, each ready before the next. Rejects with a `ServiceError`. */
export async function startServices(
  services: readonly Service[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<RunningServices> {
  const variables = new Map<string, string>();
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const service of started.splice(0).reverse()) await service.stop();
  };
  try {
    for (const service of services) {
      const running = launch(service, options.cwd, options.env);
      started.push(running);
      await running.ready(options.signal, variables);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { variables, stop };
}

function whyNot(error: NodeJS.ErrnoException, program: string): string {
  if (error.code === 'ENOENT') return `there is no program "${program}", or none that its first line names`;
  return error.code === 'EACCES' ? `"${program}" may not be executed` : error.message;
}

function launch(service: Service, cwd: string, env: NodeJS.ProcessEnv) {
  const [program = '', ...args] = service.start;
  // A process group of its own: Ctrl-C reaches the runner alone, which then stops services in order.
  const child = spawn(program, args, {
    cwd,
    env: { ...env, ...service.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  /** Why it is of no use any more. */
  let ended: string | undefined;
  /** Nothing more will be written: what its output has not said by now, it never will. */
  let silent = false;
  // Whatever ends the runner, a second Ctrl-C too, leaves no process.
  const kill = () => void signalGroup(child.pid, 'SIGKILL');
  process.once('exit', kill);
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output = (output + text).slice(-mostOutput);
      changed();
    });
  }
  const gone = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      ended = `Cannot start service "${service.name}": ${whyNot(error, program)}`;
      changed();
      resolve();
    });
    child.on('exit', (status, signal) => {
      // A daemon's start command ends with 0 once the daemon runs.
      if (status !== 0)
        ended = `Service "${service.name}" ended with ${signal ?? `status ${status}`} before it was ready`;
      changed();
      resolve();
    });
    child.on('close', () => {
      silent = true;
      changed();
    });
  });
  const launched = new Promise<void>((resolve) => {
    child.once('spawn', resolve);
    child.once('error', () => resolve());
  });

  async function ready(signal: AbortSignal, variables: Map<string, string>): Promise<void> {
    const deadline = Date.now() + service.timeout;
    const isReady = readiness(service, () => output, variables);
    await launched;
    for (;;) {
      if (ended !== undefined) throw new ServiceError(ended, output);
      if (signal.aborted)
        throw new ServiceError(`Service "${service.name}" was not ready when the run was interrupted`, output);
      const last = silent;
      if (await isReady(signal, deadline)) return;
      if (last && service.ready?.by === 'pattern') {
        throw new ServiceError(`Service "${service.name}" ended, and its output never matched`, output);
      }
      if (Date.now() >= deadline) {
        throw new ServiceError(`Service "${service.name}" was not ready within ${service.timeout / 1000} s`, output);
      }
      await changeOr(pollEvery, signal);
    }
  }

  /** Until output, the end of the process or of the run, at most `ms`. */
  function changeOr(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        watchers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      watchers.add(done);
      signal.addEventListener('abort', done);
    });
  }

  async function stop(): Promise<void> {
    if (service.stop !== undefined) await runToEnd(service.stop, cwd, { ...env, ...service.env });
    const { pid } = child;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    const timer = setTimeout(kill, stopLimit);
    await gone;
    clearTimeout(timer);
    // What the program left of its group may end in peace, but must not outlive the run.
    for (let waited = 0; waited < childrenLimit && signalGroup(pid, 0); waited += pollEvery) await pause(pollEvery);
    kill();
    process.off('exit', kill);
    child.stdout.destroy();
    child.stderr.destroy();
  }

  return { ready, stop };
}

type Readiness = (signal: AbortSignal, deadline: number) => Promise<boolean>;

function readiness(service: Service, output: () => string, variables: Map<string, string>): Readiness {
  const { ready } = service;
  if (ready === undefined) return async () => true;
  if (ready.by === 'pattern') {
    const pattern = compilePattern(
      fillPattern(ready.pattern, () => undefined),
      ready.pattern.flags,
    );
    return async () => {
      const found = pattern.exec(output());
      if (found === undefined) return false;
      for (const [name, value] of Object.entries(found.named)) {
        if (value !== undefined) variables.set(name, value);
      }
      return true;
    };
  }
  return (signal, deadline) => greets(ready.url, signal, deadline);
}

/** Whether a connection gets its greeting; a line service need only accept it. */
async function greets(text: string, signal: AbortSignal, deadline: number): Promise<boolean> {
  const url = parseServerUrl(text);
  if (url.address.to === 'command') return true;
  try {
    const transport = await connect({
      address: url.address,
      ...(url.implicitTls && { tls: { verify: false } }),
      deadline,
      signal,
      clock: Date.now,
      observer: { received() {}, sent() {}, note() {} },
    });
    try {
      return !url.protocol.greets || (await transport.read(deadline)) !== null;
    } finally {
      await transport.close();
    }
  } catch {
    return false;
  }
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
