import type { ProblemCode } from '../result.ts';
import type { TransportError, TransportErrorKind, TransportPhase } from './transport.ts';

/** The end of a connection is a different problem in a handshake than in a dialogue. */
const codes: Readonly<
  Record<Exclude<TransportErrorKind, 'aborted'>, ProblemCode | Readonly<Record<TransportPhase, ProblemCode>>>
> = {
  name: 'connect.name',
  refused: 'connect.failed',
  connect: 'connect.failed',
  timeout: {
    connect: 'connect.timeout',
    handshake: 'tls.handshake',
    read: 'reply.timeout',
    write: 'reply.timeout',
  },
  closed: {
    connect: 'connect.failed',
    handshake: 'tls.handshake',
    read: 'connection.closed',
    write: 'connection.closed',
  },
  handshake: 'tls.handshake',
  data: 'protocol.violation',
  certificate: 'tls.certificate',
};

/** The code of the problem that a transport's error causes; `undefined` if the run was ended. */
export function problemCodeOf({ kind, during }: TransportError): ProblemCode | undefined {
  if (kind === 'aborted') return undefined;
  const code = codes[kind];
  return typeof code === 'string' ? code : code[during];
}
