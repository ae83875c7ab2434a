import { ArgumentError } from '../diagnostic.ts';
import { parseDuration } from '../matchers/quantity.ts';
import type { Overrides } from '../scenario/plan.ts';
import type { ProjectOptions } from './options.ts';

/** What the options override in the configuration and the files. Throws an `ArgumentError` for an invalid value. */
export function overridesOf(options: ProjectOptions): Overrides {
  const { servers = {}, usualServers = {}, variables = {}, secrets = {}, timeout, retries } = options;
  return {
    servers: new Map(Object.entries(servers)),
    usualServers: new Map(Object.entries(usualServers)),
    variables: new Map(Object.entries({ ...variables, ...secrets }).map(([name, value]) => [name, String(value)])),
    timeout: timeout === undefined ? undefined : milliseconds(timeout),
    retries: retries === undefined ? undefined : tries(retries),
  };
}

function milliseconds(timeout: number | string): number {
  const ms = typeof timeout === 'string' ? parseDuration(timeout) : timeout;
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) {
    throw new ArgumentError(
      `Cannot use "--timeout ${timeout}": it is not a duration`,
      'Write a number and a unit: 500ms, 10s, 2m',
    );
  }
  return ms;
}

function tries(retries: number): number {
  if (!Number.isInteger(retries) || retries < 0)
    throw new ArgumentError(`Cannot use "--retries ${retries}": it must be a whole number of at least 0`);
  return retries;
}
