import type { Written } from '../../authoring/written.ts';
import { type Probe, reply, status } from '../probe.ts';
import { on, type Target } from './target.ts';

/**
 * Seconds; less than an overloaded Postfix waits for a client (10 s), since overload does not mean that the server has
 * changed.
 */
const silence = 8;

/** A command that every server accepts before a login and does not count as an error. */
const harmless: Readonly<Record<Target['protocol'], string>> = {
  smtp: 'NOOP',
  lmtp: 'NOOP',
  imap: 'NOOP',
  pop3: 'CAPA',
  sieve: 'CAPABILITY',
};

/** Whether servers wait for a silent client: all at once, since the silence takes most of the time. */
export function idleProbes(targets: readonly Target[]): readonly Probe[] {
  if (targets.length === 0) return [];
  const each = (expect: Written, send?: true): readonly Written[] =>
    targets.flatMap(({ name, protocol }) => on(name, [{ ...(send && { send: harmless[protocol] }), expect }]));
  return [
    {
      file: 'idle',
      name: `Clients that are silent for ${silence} seconds`,
      connections: Object.fromEntries(targets.map(({ name }) => [name, name])),
      timeout: '90s',
      steps: [...each(status), { wait: `${silence}s` }, ...each(reply, true)],
    },
  ];
}
