import { defined } from '../defined.ts';
import type { ServerFlight, TemporaryKey } from '../transport/transport.ts';
import { type Fields, type Words, words } from '../value.ts';
import { nameFromDer } from './distinguished-name.ts';

/** `ECDH X25519`, `DH 2048`: text, and a record. `undefined` if the key exchange has no temporary key. */
export function temporaryKeyWords(key: TemporaryKey | undefined): Words | undefined {
  return key && words([temporaryKeyText(key)], { caseless: false, fields: { ...key } });
}

export function temporaryKeyText({ type, curve, size }: TemporaryKey): string {
  return `${type} ${curve ?? size ?? ''}`.trim();
}

/** What the server's part of a handshake shows, even if the handshake failed. */
export async function flightEvidence(flight: ServerFlight | undefined): Promise<Fields> {
  if (flight === undefined) return {};
  const { sessionId, authorities } = flight;
  const names = authorities && (await Promise.all(authorities.map(nameFromDer)));
  return defined({
    session_id: sessionId?.toString('hex').toUpperCase() || undefined,
    certificate_request: names !== undefined,
    client_authorities: names && words(names, { caseless: false, text: names.join('\n') }),
  });
}

/** The same as lines for people. */
export function handshakeLines(evidence: Fields): readonly string[] {
  const { temporary_key: key, client_authorities: authorities, certificate_request: asks } = evidence;
  const names = (authorities as Words | undefined)?.words;
  return [
    ...(key === undefined ? [] : [`temporary key: ${(key as Words).text}`]),
    ...(asks === true ? [`the server asks for a client certificate, of ${names?.join('; ') || 'any authority'}`] : []),
  ];
}
