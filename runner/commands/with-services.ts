import type { Plan } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';
import type { Loaded } from '../project/load.ts';
import { ServiceError, startServices } from '../services/services.ts';
import type { Terminal } from './command.ts';

/** Starts the configuration's services, runs the plan with the variables that they provided, and always stops them. */
export async function withServices(
  loaded: Loaded,
  terminal: Terminal,
  play: (plan: Plan) => Promise<number>,
): Promise<number> {
  const { services } = loaded.config;
  if (services.length === 0) return play(loaded.plan);
  let running: Awaited<ReturnType<typeof startServices>>;
  try {
    running = await startServices(services, {
      cwd: loaded.root,
      env: terminal.env,
      inherit: loaded.config.allow.environment,
      signal: terminal.signal,
      redact: createRedactor(loaded.plan.secrets).redact,
    });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    terminal.stderr.write(`error: ${error.message}\n${lastLines(error.output)}`);
    return terminal.signal.aborted ? 130 : 3;
  }
  try {
    const plan = running.variables.size === 0 ? loaded.plan : loaded.replan(running.variables);
    // A service may have provided a secret.
    terminal.learn(plan.secrets);
    return await play(plan);
  } finally {
    await running.stop();
  }
}

/** How many lines of a service's output are shown to explain why it did not start. */
const shownLines = 20;

function lastLines(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-shownLines);
  return lines.join('') === '' ? '' : `${lines.map((line) => `  | ${line}`).join('\n')}\n`;
}
