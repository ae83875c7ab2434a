import type { End } from '../end.ts';
import { notTls } from './fault.ts';
import { firstLine, isTlsError, plainText, tlsReason } from './tls-errors.ts';
import { TransportError } from './transport.ts';

/** The system's codes for a connection that the server reset. */
const resets = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
export const resetNote = 'reset by the server';

/** What an error of the stream means for reads and writes. */
export interface Breakage {
  readonly end?: End;
  readonly note: string;
  readonly write: TransportError;
  /** Only for TLS and compression: with any other error, reading ends quietly. */
  readonly read?: TransportError;
}

/** `stray`: octets in the middle of TLS that are not a record, if they are known. */
export function breakageOf(
  cause: Error & { readonly code?: string; readonly reason?: string },
  stray?: Buffer,
): Breakage {
  const { code = '' } = cause;
  const details = { ...(code !== '' && { system: code }), cause };
  if (/^Z_/.test(code)) {
    const note = `the server sent octets that are not compressed with DEFLATE: ${cause.message}`;
    return {
      note,
      write: new TransportError('data', 'write', note, details),
      read: new TransportError('data', 'read', note, details),
    };
  }
  if (!isTlsError(cause)) {
    const note = resets.has(code) ? resetNote : `the connection failed: ${cause.message}`;
    const write = new TransportError('closed', 'write', `Cannot write: ${note}`, details);
    return { note, write, ...(resets.has(code) && { end: 'RST' }) };
  }
  const note = `TLS ended with an error: ${notTls.test(code) ? strayReason(stray, cause) : tlsReason(code, cause.reason ?? cause.message)}`;
  const error = new TransportError('handshake', 'read', note, details);
  return { note, write: error, read: error };
}

function strayReason(stray: Buffer | undefined, { reason, message }: Error & { readonly reason?: string }): string {
  const text = plainText(stray);
  return text === undefined
    ? `the server sent something that is not TLS, such as plain text (${reason ?? message})`
    : `the server sent plain text in the middle of the TLS session: "${firstLine(text)}"`;
}

/** Whether the server ended TLS with a fatal alert, and the connection with it (RFC 8446 section 6.2). */
export function isFatalAlert(error: unknown): boolean {
  return error instanceof TransportError && error.during === 'read' && /_ALERT_/.test(error.system ?? '');
}

export function closedHere(): TransportError {
  return new TransportError('closed', 'write', 'Cannot write: the connection is closed');
}
