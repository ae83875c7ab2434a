import type { Fault } from '../evidence.ts';
import type { TransportError, TransportErrorKind, TransportPhase } from './transport.ts';

type Faults = Readonly<
  Record<TransportErrorKind, Fault | Partial<Readonly<Record<TransportPhase, Fault>>> | undefined>
>;

const silent: Fault = { kind: 'unreachable', how: 'no answer' };

const faults: Faults = {
  name: { kind: 'unreachable', how: 'no address' },
  refused: { kind: 'unreachable', how: 'refused' },
  connect: { connect: { kind: 'unreachable', how: 'not tried' } },
  timeout: { connect: silent, handshake: { kind: 'handshake', how: 'no answer' } },
  closed: { connect: silent, handshake: { kind: 'handshake', how: 'closed' } },
  handshake: { kind: 'handshake', how: 'refused' },
  data: undefined,
  certificate: undefined,
  aborted: undefined,
};

/** OpenSSL's codes for data that is not a TLS record. */
export const notTls =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|BAD_RECORD_TYPE|RECORD_LAYER/;

/** What is wrong below the level of the dialogue; `undefined` if only a reply is late or missing. */
export function faultOf({ kind, during, system = '', tls }: TransportError): Fault | undefined {
  if (kind === 'certificate') return tls?.fault;
  // After the handshake, it is the session that goes wrong.
  if (kind === 'handshake' && notTls.test(system))
    return during === 'handshake' ? { kind: 'handshake', how: 'not TLS' } : undefined;
  const fault = faults[kind];
  return fault === undefined || 'kind' in fault ? fault : fault[during];
}
