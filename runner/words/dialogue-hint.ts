import { lacksHandshake } from '../causes/handshake-missing.ts';
import { isOneTooMany } from '../causes/one-too-many.ts';
import type { Problem, ScenarioResult } from '../result.ts';
import { all } from './text.ts';

export const handshakeMissing =
  'After its reply to STARTTLS the server waits for a TLS handshake, and a line was sent without one: write the step "starttls" instead of "send"';

export const oneTooMany =
  'A connection that ends before the server says anything, after it accepted another one, usually means that the server limits the connections of an address: its log says so';

/** What its dialogue says by itself. */
export function dialogueHint(problem: Problem, result: Pick<ScenarioResult, 'transcript'>): string | undefined {
  if (lacksHandshake(problem, result)) return handshakeMissing;
  return isOneTooMany(problem, result) ? oneTooMany : undefined;
}

/** Nothing came in the scenario's time. Who never reached the server is in no log. */
export function logHint({ code }: Problem, { log }: Pick<ScenarioResult, 'log'>): string | undefined {
  if (log.length === 0 || code.startsWith('connect.') || log.some(({ whose }) => whose !== 'before')) return undefined;
  return nothingLogged([...new Set(log.map(({ file }) => `"${file}"`))]);
}

export function nothingLogged(files: readonly string[]): string {
  return `Nothing was logged in ${all(files)} meanwhile, which usually means that the server logs to another place, or that the cause came earlier`;
}
