/** One authentication as the client sees it: challenge in, response out. No I/O; one client for one exchange. */
export interface SaslClient {
  /** The mechanism's name on the wire. */
  readonly mechanism: string;
  /** Whether the first response may go with the command, before any challenge (RFC 4422 section 5 item 2a). */
  readonly clientFirst: boolean;
  /**
   * The answer to a challenge; without one, the initial response. An empty challenge where the client speaks first
   * asks for the initial response. Throws a `SaslError` where the challenge is not what the mechanism allows.
   */
  respond(challenge: Buffer | undefined): Buffer;
  /**
   * Does the long part of answering this challenge beside everything else; `respond` then takes no time. Never throws: what is
   * wrong with the challenge, `respond` says.
   */
  prepare(challenge: Buffer | undefined): Promise<void>;
  /**
   * To be called when the server says that authentication succeeded, with its additional data if it sent some
   * (ManageSieve's `OK (SASL "…")`). Throws a `SaslError` of kind `signature` where the server should have proved
   * that it knows the password, and has not or not rightly.
   */
  finish(additional: Buffer | undefined): void;
  /**
   * Octets that hold the secret or are derived from it, as they stand on the wire before any base64: grows with
   * each `respond`. Also the proof that the server is to send. What is recorded must not show them.
   */
  readonly secrets: readonly Buffer[];
  /** What the server said of its refusal within the exchange: SCRAM's `e=`, OAuth's `status`. */
  readonly refusal: string | undefined;
}

/** What a scenario can give. */
export interface GivenCredentials {
  readonly user?: string;
  readonly password?: string;
  /** The identity to act as, where it is not the user's own (RFC 4422 section 2). */
  readonly authzid?: string;
  /** OAuth bearer token (RFC 6750). */
  readonly token?: string;
}

export interface SaslCredentials extends GivenCredentials {
  /** The protocol's registered service name: `smtp`, `imap`, `pop`, `sieve`. */
  readonly service?: string;
  /** The server's name as the client was given it. */
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
  /** Fresh random text without comma, quote or space; tests give the RFC's own. */
  readonly nonce?: () => string;
}

/**
 * Whose fault it is stands in `serverIsWrong`:
 * `challenge` (malformed, or more of them than the mechanism has), `signature` (the server's proof is wrong or
 * missing) and `limit` are the server's; `credentials` (missing, or not sendable) is ours;
 * `binding` is TLS that the mechanism needs and the connection does not have.
 */
export type SaslErrorKind = 'credentials' | 'binding' | 'challenge' | 'signature' | 'limit';

export class SaslError extends Error {
  readonly kind: SaslErrorKind;
  /** `RFC 5802 section 5.1`; or the limit's name. */
  readonly rule: string;
  /** What the server sent instead, where that is not the message's. */
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
  /** Where it is defined. */
  readonly standard: string;
  readonly clientFirst: boolean;
  /** What it cannot do without. */
  readonly needs: readonly (keyof SaslCredentials)[];
  /** Needs TLS's channel binding. */
  readonly binds: boolean;
  readonly start: (credentials: SaslCredentials, context: SaslContext) => Exchange;
}

/** What a mechanism itself writes; the rest is the same for all. */
export interface Exchange {
  /**
   * One function for each response, in order. `challenge` is empty for an initial response.
   * One challenge more than there are steps is the server's mistake.
   */
  readonly steps: readonly ((challenge: Buffer) => Response)[];
  /** The long part of the next response, for what has one. Never throws. */
  readonly prepare?: (challenge: Buffer) => Promise<void>;
  /** After how many responses the server may say that all is well. Default: all of `steps`. */
  readonly enough?: number;
  /** Why `finish` is not content, at the end: the server's proof is missing. Absent: it has nothing to prove. */
  readonly unproved?: () => string | undefined;
  /** Takes additional data of a success. Absent: the mechanism has none. */
  readonly additional?: (data: Buffer) => void;
  readonly refusal?: () => string | undefined;
}

export interface Response {
  readonly bytes: Buffer;
  /** None where the response holds nothing secret. */
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
