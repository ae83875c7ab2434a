import type { Scenario } from '../plan.ts';
import type { Counter, OpenSession } from './traffic-notes.ts';

/**
 * How many may be logged in at once. Dovecot with `process_limit` processes lets further logins wait, ends them after
 * 10 s, or after half a second if several wait, and sends nothing. So does a server that cannot open one user's mailbox:
 * only a login that no other scenario disturbed tells the two apart.
 */
export interface LoginLimit {
  /** The connections on which a user is logged in; ended ones are removed at the next login. */
  readonly open: Set<OpenSession>;
  /** The highest number that were open at once. */
  most: number;
  /** The most connections that may be active. */
  cap?: number;
  /** How often the cap was lowered. */
  lowered: number;
  /** The server ended the login of a single connection in the same way, so the number was not the reason. */
  refuted?: true;
  /** The scenarios that run now. */
  readonly runs: Map<Scenario, Run>;
}

interface Run {
  /** No other scenario has run at the same time. */
  alone: boolean;
  /** How often the cap had been lowered when it began. */
  readonly lowered: number;
}

export function newLoginLimit(): LoginLimit {
  return { open: new Set(), most: 0, lowered: 0, runs: new Map() };
}

/** Notes that a scenario begins. */
export function noteRun({ logins: { runs, lowered } }: Counter, scenario: Scenario): void {
  if (runs.has(scenario)) return;
  const alone = runs.size === 0;
  if (!alone) for (const run of runs.values()) run.alone = false;
  runs.set(scenario, { alone, lowered });
}

/** Notes that a user is logged in on a connection. */
export function noteLogin({ logins }: Counter, session: OpenSession): void {
  const { open } = logins;
  for (const each of open) if (each.finished || each.transport.ended) open.delete(each);
  open.add(session);
  logins.most = Math.max(logins.most, open.size);
}

/**
 * Whether a login that the server ended without a word may be answered when fewer connections are open. Allows as many
 * as were logged in at once; if that does not help, one scenario at a time. `own`: the scenario's connections.
 */
export function afterLogin({ logins }: Counter, scenario: Scenario, own: number): boolean {
  if (logins.refuted || logins.most === 0) return false;
  const run = logins.runs.get(scenario);
  if (run?.alone) {
    if (own === 1) {
      logins.refuted = true;
      delete logins.cap;
    }
    return false;
  }
  if (run?.lowered === logins.lowered) {
    logins.cap = logins.lowered === 0 ? logins.most : 1;
    logins.lowered++;
  }
  return true;
}
