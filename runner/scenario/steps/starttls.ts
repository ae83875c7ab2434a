import type { Action } from './context.ts';
import { handshakeOptions } from './handshake.ts';

/** The protocol's own command first: RFC 3207, RFC 9051 section 6.2.1, RFC 2595 section 4, RFC 5804 section 2.2. */
export const starttls: Action = {
  protocols: ['smtp', 'lmtp', 'imap', 'pop3', 'sieve'],
  instead: 'Send the command by hand, and then "handshake"',
  read: (context, action, base) => ({ ...base, kind: 'starttls', ...handshakeOptions(context, action) }),
};
