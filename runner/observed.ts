/** A server that a scenario was connected to. */
export interface Contact {
  /** Its name in the configuration, or its URL. */
  readonly server: string;
  /** An address and port, or a socket's path. */
  readonly address: string;
  /** This end's address: servers decide by it whom they trust. */
  readonly local?: string;
  /** The first line of its greeting, without the line's end: products and versions stand there. */
  readonly greeting?: string;
}

/** What a scenario measured beside its verdict. */
export type Measurement =
  /** When the certificate of a server ends, milliseconds since the epoch. */
  | { readonly kind: 'certificate'; readonly server: string; readonly expires: number }
  /** From a message's last octet to where it was looked for and found, milliseconds. */
  | { readonly kind: 'delivery'; readonly took: number };
