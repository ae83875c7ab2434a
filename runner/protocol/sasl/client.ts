/** The client side of one authentication: challenge in, response out. No I/O; one client for each exchange. */
export interface SaslClient {
  /** The mechanism's name as it is sent. */
  readonly mechanism: string;
  /** Whether the first response may be sent with the command, before any challenge (RFC 4422 section 5 item 2a). */
  readonly clientFirst: boolean;
  /**
   * The response to a challenge; without a challenge, the initial response. If the client goes first, an empty
   * challenge asks for the initial response. Throws a `SaslError` if the mechanism does not allow the challenge.
   */
  respond(challenge: Buffer | undefined): Buffer;
  /**
   * Computes the slow part of the response without blocking other scenarios; `respond` is fast afterwards. Never
   * throws: errors in the challenge are reported by `respond`.
   */
  prepare(challenge: Buffer | undefined): Promise<void>;
  /**
   * To be called when the server reports success, with its additional data if it sent any (ManageSieve's `OK (SASL
   * "…")`). Throws a `SaslError` of kind `signature` if the server had to prove that it knows the password and did not,
   * or not correctly.
   */
  finish(additional: Buffer | undefined): void;
  /**
   * Octets that contain the secret or are derived from it, as they are before base64; each `respond` adds some. They
   * include the proof that the server must send. Records must not show them.
   */
  readonly secrets: readonly Buffer[];
  /** The server's reason for a refusal within the exchange: SCRAM's `e=`, OAuth's `status`. */
  readonly refusal: string | undefined;
}

/** The credentials that a scenario can provide. */
export interface GivenCredentials {
  readonly user?: string;
  readonly password?: string;
  /** The identity to act as, if it is not the user's own (RFC 4422 section 2). */
  readonly authzid?: string;
  /** An OAuth bearer token (RFC 6750). */
  readonly token?: string;
}

export interface SaslCredentials extends GivenCredentials {
  /** The protocol's registered service name: `smtp`, `imap`, `pop`, `sieve`. */
  readonly service?: string;
  /** The server's name as the client knows it. */
  readonly host?: string;
  readonly port?: number;
}

export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point';

export interface ChannelBinding {
  readonly type: ChannelBindingType;
  readonly data: Buffer;
}

export interface SaslContext {
  readonly channelBinding?: ChannelBinding;
  /** Fresh random text without commas, quotes or spaces; tests use those of the RFCs. */
  readonly nonce?: () => string;
}

/**
 * `serverIsWrong` says whose error it is. The server's: `challenge` (malformed, or more of them than the mechanism
 * has), `signature` (its proof is wrong or missing), and `limit`. Ours: `credentials` (missing, or impossible to send).
 * `binding`: the mechanism needs TLS, which the connection does not have.
 */
export type SaslErrorKind = 'credentials' | 'binding' | 'challenge' | 'signature' | 'limit';

export class SaslError extends Error {
  readonly kind: SaslErrorKind;
  /** `RFC 5802 section 5.1`, or the limit's name. */
  readonly rule: string;
  /** What the server sent instead, if the message does not contain it. */
  readonly evidence: string | undefined;
  constructor(kind: SaslErrorKind, message: string, rule: string, evidence?: string) {
    super(message);
    this.name = 'SaslError';
    this.kind = kind;
    this.rule = rule;
    this.evidence = evidence;
  }
  get serverIsWrong(): boolean {
    return this.kind === 'challenge' || this.kind === 'signature' || this.kind === 'limit';
  }
}

/** A row of the mechanism table. */
export interface Mechanism {
  /** The standard that defines it. */
  readonly standard: string;
  readonly clientFirst: boolean;
  /** The credentials that it requires. */
  readonly needs: readonly (keyof SaslCredentials)[];
  /** Whether it needs TLS channel binding. */
  readonly binds: boolean;
  readonly start: (credentials: SaslCredentials, context: SaslContext) => Exchange;
}

/** What each mechanism implements itself; the rest is common to all. */
export interface Exchange {
  /**
   * One function for each response, in order. `challenge` is empty for an initial response. More challenges than steps
   * are an error of the server.
   */
  readonly steps: readonly ((challenge: Buffer) => Response)[];
  /** The slow part of the next response, for mechanisms that have one. Never throws. */
  readonly prepare?: (challenge: Buffer) => Promise<void>;
  /** The number of responses after which the server may report success. Default: all of `steps`. */
  readonly enough?: number;
  /** Why `finish` fails at the end: the server's proof is missing. Absent: the server need not prove anything. */
  readonly unproved?: () => string | undefined;
  /** Handles the additional data of a success. Absent: the mechanism has none. */
  readonly additional?: (data: Buffer) => void;
  readonly refusal?: () => string | undefined;
}

export interface Response {
  readonly bytes: Buffer;
  /** Absent if the response contains nothing secret. */
  readonly secrets?: readonly Buffer[];
}

export function secretResponse(text: string | Buffer, ...others: readonly Buffer[]): Response {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return { bytes, secrets: [bytes, ...others] };
}

export function openResponse(text: string): Response {
  return { bytes: Buffer.from(text) };
}

export function malformed(message: string, rule: string): SaslError {
  return new SaslError('challenge', message, rule);
}
