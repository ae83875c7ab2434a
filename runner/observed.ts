import type { Product } from './remedy.ts';

/** A server that a scenario connects to. */
export interface ServerFacts {
  /** The connection's name; `''` if the scenario has only one. */
  readonly connection: string;
  /** The server's name in the configuration, or its URL. */
  readonly label: string;
  /** The product, if the configuration names it. */
  readonly product?: Product;
}

/** A server that a scenario connected to. */
export interface Contact {
  /** Its name in the configuration, or its URL. */
  readonly server: string;
  /** An address and port, or a socket's path. */
  readonly address: string;
  /** The client's address: servers use it to decide which clients to trust. */
  readonly local?: string;
  /** The first line of the greeting, without its line ending. It often names the product and version. */
  readonly greeting?: string;
}

/**
 * The path of a message: the server that accepts it and the mailbox it is for. Delivery may work for one mailbox and
 * not for another.
 */
export interface Way {
  readonly through: string;
  readonly to?: string;
}

/** What a scenario measured. */
export type Measurement =
  /** When a server's certificate expires, in milliseconds since the epoch. */
  | { readonly kind: 'certificate'; readonly server: string; readonly expires: number }
  /** The time from the last octet of a message until the scenario found it, in milliseconds. */
  | { readonly kind: 'delivery'; readonly took: number };
