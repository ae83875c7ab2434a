import type { Action } from './headline.ts';
import type { ReplyLine } from './mismatch.ts';

/** What a problem is about, as data: failures with the same cause have the same evidence. */
export interface Evidence {
  /** The server's name in the configuration, or its URL. */
  readonly server?: string;
  /** The server's protocol, as its URL names it. */
  readonly protocol?: string;
  /** The action that the reply answers. */
  readonly action?: Action;
  /** The reply that was not expected. */
  readonly reply?: ReplyLine;
  readonly fault?: Fault;
  /** The check, by its step's kind and label. */
  readonly check?: { readonly step: string; readonly label: string };
  /** How often it was tried (`eventually`). */
  readonly tries?: number;
}

/** What is wrong below the level of the dialogue. */
export type Fault =
  | CertificateFault
  | NoName
  | { readonly kind: 'unreachable'; readonly how: 'refused' | 'no answer' | 'no address' | 'not tried' }
  | { readonly kind: 'handshake'; readonly how: 'closed' | 'no answer' | 'not TLS' | 'refused' }
  /** Not an error of the server: it protects itself from clients that it does not know or that connect too often. */
  | { readonly kind: 'defense'; readonly how: 'limit' | 'greylisting' | 'helo' | 'login delay' };

/** The name does not exist, nor does any name below it (RFC 8020). In lower case. */
export interface NoName {
  readonly kind: 'no name';
  readonly name: string;
}

export type CertificateFault = {
  readonly kind: 'certificate';
  /** How people refer to the certificate: its common name, else its first alternative name. */
  readonly name: string;
} & (
  | /** `of`: the certificate of the chain that is meant, if it is not the server's own. `days`: whole days. */
  { readonly wrong: 'expired' | 'expires'; readonly date: string; readonly days: number; readonly of?: string }
  | { readonly wrong: 'not yet valid'; readonly date: string; readonly of?: string }
  | { readonly wrong: 'self-signed' }
  | { readonly wrong: 'own authority'; readonly authority: string }
  | { readonly wrong: 'unknown issuer'; readonly issuer: string }
  | { readonly wrong: 'another name'; readonly asked: string; readonly names: readonly string[] }
  /** The reason in OpenSSL's words. */
  | { readonly wrong: 'other'; readonly reason: string }
);
