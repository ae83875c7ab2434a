import type { TransportError } from './transport.ts';

/** What this end has done to the connection. Whether the server still sends is `ended`, and independent of it. */
export type State =
  | { readonly is: 'open' }
  /** A TLS handshake is under way. */
  | { readonly is: 'securing'; readonly deadline: number; readonly reject: (error: TransportError) => void }
  /** Closed or reset here; dropped at the deadline, if the server's end has not come by then. */
  | { readonly is: 'closing'; readonly deadline: number }
  /** The system has let go of it. */
  | { readonly is: 'gone' };

export const open: State = { is: 'open' };
