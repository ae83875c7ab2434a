import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { notTls } from './fault.ts';
import { gone, type SslError } from './tls-errors.ts';

export interface AcceptOptions {
  readonly secureContext: SecureContext;
  /** Octets of TLS that have been read from the connection already. */
  readonly early?: Buffer | undefined;
  /** How long to wait for the client, in milliseconds. */
  readonly patience: number;
}

/**
 * Runs TLS as the server, on a connection that nothing else reads. Rejects with the reason if the client did not
 * complete the handshake.
 */
export async function acceptTls(plain: Socket, { secureContext, early, patience }: AcceptOptions): Promise<TLSSocket> {
  plain.pause();
  if (early !== undefined && early.length > 0) plain.unshift(early);
  const secured = new TLSSocket(plain, { isServer: true, secureContext });
  const timer = setTimeout(() => secured.destroy(new Error('the client did not complete it in time')), patience);
  let failure: Error | undefined;
  secured.on('error', (error) => {
    failure = error;
  });
  const left = (): never => {
    throw failure ?? new Error('the client closed the connection');
  };
  try {
    // A client that only ends its own side does not cause "close".
    await Promise.race([once(secured, 'secure'), once(secured, 'end').then(left), once(secured, 'close').then(left)]);
    return secured;
  } catch (error) {
    secured.destroy();
    throw new Error(clientReason(failure ?? (error as Error)));
  } finally {
    clearTimeout(timer);
  }
}

/** What OpenSSL's codes say about a client; the first match counts. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [notTls, 'the client sent something that is not TLS'],
  [/ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_)/, 'the client does not trust the certificate'],
  [/UNSUPPORTED_PROTOCOL/, 'the client offered no TLS version that is accepted'],
  [/NO_SHARED_CIPHER/, 'the client offered no cipher that is accepted'],
];

/** Why TLS with a client failed, in words. */
export function clientReason({ code = '', reason, message }: SslError): string {
  if (gone.has(code)) return 'the client closed the connection';
  const known = reasons.find(([pattern]) => pattern.test(code))?.[1];
  return known ?? reason ?? message;
}
