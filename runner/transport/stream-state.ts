import type { TransportError } from './transport.ts';

/** The state of our end of the connection. Whether the server still sends is independent of it: `ended`. */
export type State =
  | { readonly is: 'open' }
  /** A TLS handshake is in progress. */
  | { readonly is: 'securing'; readonly deadline: number; readonly reject: (error: TransportError) => void }
  /** Closed or reset by us; dropped at the deadline if the server has not closed its end by then. */
  | { readonly is: 'closing'; readonly deadline: number }
  /** The system has closed the connection. */
  | { readonly is: 'gone' };

export const open: State = { is: 'open' };
