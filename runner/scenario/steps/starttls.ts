import type { Action } from './context.ts';
import { handshakeOptions } from './handshake.ts';

/** The protocol's own command first. */
export const starttls: Action = {
  fits: (protocol) => protocol.starttls !== undefined,
  instead: 'Send the command by hand, and then "handshake"',
  read: (context, action, base) => ({ ...base, kind: 'starttls', ...handshakeOptions(context, action) }),
};
