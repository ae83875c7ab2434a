import { project } from '../../fixtures/testing/command.ts';
import type { Peer } from '../../fixtures/testing/peer.ts';

/** A folder with one scenario, which expects this code in reply to NOOP. */
export function expecting(peer: Peer, code: number, severity = 'medium'): string {
  const dialogue = [{ expect: 220 }, { send: 'NOOP', expect: code }];
  return project({
    'mailspec.yaml': { scenarios: ['a.yaml'], servers: { it: peer.url() } },
    'a.yaml': { suite: 'A', server: 'it', scenarios: [{ name: 'one', severity, dialogue }] },
  });
}
