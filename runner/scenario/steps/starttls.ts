import type { StepReader } from './context.ts';
import { fields } from './fields.ts';
import { failsOf } from './handshake.ts';
import { tlsOf } from './peer.ts';

/** The protocol's own command, then the handshake. */
export const starttls: StepReader<'starttls'> = {
  fits: (protocol) => protocol.starttls !== undefined,
  instead: 'Send the command by hand, and then "handshake"',
  read: fields('starttls', { tls: tlsOf, fails: failsOf }),
};
