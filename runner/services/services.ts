import { environmentFor } from '../access/environment.ts';
import { inWords } from '../duration.ts';
import type { Service } from '../service.ts';
import { readiness } from './readiness.ts';
import { ServiceProcess } from './service-process.ts';

/** The configuration's services, started and ready. */
export interface RunningServices {
  /** The values of the named groups in `ready` patterns, for `replan`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Stops them in reverse order. Never rejects. */
  stop(): Promise<void>;
}

/** Thrown if a service does not start or does not become ready. Services started before it have been stopped. */
export class ServiceError extends Error {
  /** The last lines that the service printed, with secrets hidden. */
  readonly output: string;
  constructor(message: string, output: string) {
    super(message);
    this.name = 'ServiceError';
    this.output = output;
  }
}

/** The interval between attempts to get a service's greeting, in milliseconds. */
const pollEvery = 50;

/** Starts the services in order, each once the one before is ready. Rejects with a `ServiceError`. */
export async function startServices(
  services: readonly Service[],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    /** Names of environment variables that services get in addition to the usual ones; `*` matches any characters. */
    readonly inherit: readonly string[];
    readonly signal: AbortSignal;
    /** Hides secrets in the output of a service. */
    readonly redact: (text: string) => string;
  },
): Promise<RunningServices> {
  const variables = new Map<string, string>();
  const started: ServiceProcess[] = [];
  const stop = async () => {
    for (const service of started.splice(0).reverse()) await service.stop();
  };
  try {
    for (const service of services) {
      const running = new ServiceProcess(service, options.cwd, environmentFor(options.env, options.inherit));
      started.push(running);
      await untilReady(service, running, options.signal, variables);
    }
  } catch (error) {
    await stop();
    const { redact } = options;
    throw error instanceof ServiceError ? new ServiceError(redact(error.message), redact(error.output)) : error;
  }
  return { variables, stop };
}

async function untilReady(
  service: Service,
  running: ServiceProcess,
  signal: AbortSignal,
  variables: Map<string, string>,
): Promise<void> {
  const { name, ready, timeout } = service;
  const deadline = performance.now() + timeout;
  const isReady = readiness(ready, () => running.output, variables);
  const fail = (message: string) => new ServiceError(message, running.output);
  await running.launched;
  for (;;) {
    if (running.ended !== undefined) throw fail(running.ended);
    if (signal.aborted) throw fail(`Service "${name}" was not ready when the run was interrupted`);
    const last = running.silent;
    if (await isReady(signal, deadline)) return;
    if (last && ready?.by === 'pattern') throw fail(`Service "${name}" ended before its output matched`);
    if (performance.now() >= deadline) throw fail(`Service "${name}" was not ready within ${inWords(timeout)}`);
    await running.changeOr(pollEvery, signal);
  }
}
