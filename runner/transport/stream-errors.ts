import { isTlsError, tlsReason } from './tls-errors.ts';
import { TransportError } from './transport.ts';

/** How the system says that the server reset the connection. */
const resets = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** What an error of the stream means for those who read and write it. */
export interface Breakage {
  readonly note: string;
  readonly write: TransportError;
  /** Only of TLS: every other error ends the reading quietly. */
  readonly read?: TransportError;
}

export function breakageOf(cause: Error & { readonly code?: string; readonly reason?: string }): Breakage {
  const { code = '' } = cause;
  const details = { ...(code !== '' && { system: code }), cause };
  const note = resets.has(code) ? 'reset by the server' : `the connection failed: ${cause.message}`;
  if (!isTlsError(cause))
    return { note, write: new TransportError('closed', 'write', `Cannot write: ${note}`, details) };
  const reason = tlsReason(code, cause.reason ?? cause.message);
  const error = new TransportError('handshake', 'read', `Cannot read: TLS ended with an error: ${reason}`, details);
  return { note, write: error, read: error };
}

export function closedHere(): TransportError {
  return new TransportError('closed', 'write', 'Cannot write: the connection is closed');
}

export function handshakeTimeout(): TransportError {
  const message = 'Cannot complete the TLS handshake: the server did not answer in time';
  return new TransportError('timeout', 'handshake', message);
}
