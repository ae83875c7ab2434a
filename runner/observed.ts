/** A server that a scenario connected to. */
export interface Contact {
  /** Its name in the configuration, or its URL. */
  readonly server: string;
  /** An address and port, or a socket's path. */
  readonly address: string;
  /** The client's address: servers decide by it whom they trust. */
  readonly local?: string;
  /** The first line of its greeting, without the line end: it often names the product and the version. */
  readonly greeting?: string;
}

/** The server that takes mail, and whom it is for: one mailbox may get its mail, and another not. */
export interface Way {
  readonly through: string;
  readonly to?: string;
}

/** What a scenario measured. */
export type Measurement =
  /** When the certificate of a server expires, in milliseconds since the epoch. */
  | { readonly kind: 'certificate'; readonly server: string; readonly expires: number }
  /** The time from the last octet of a message until the scenario found it, in milliseconds. */
  | { readonly kind: 'delivery'; readonly took: number };
