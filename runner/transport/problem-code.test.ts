import assert from 'node:assert/strict';
import { problemCodeOf } from './problem-code.ts';
import { TransportError, type TransportErrorKind, type TransportPhase } from './transport.ts';

const code = (kind: TransportErrorKind, during: TransportPhase) => problemCodeOf(new TransportError(kind, during, ''));

describe('problemCodeOf()', () => {
  it('tells the end of a connection and silence by what the transport was doing', () => {
    const phases = ['connect', 'handshake', 'read', 'write'] as const;
    assert.deepEqual(
      phases.map((during) => [code('closed', during), code('timeout', during)]),
      [
        ['connect.failed', 'connect.timeout'],
        ['tls.handshake', 'tls.handshake'],
        ['connection.closed', 'reply.timeout'],
        ['connection.closed', 'reply.timeout'],
      ],
    );
  });

  it('tells the others by their kind', () => {
    assert.deepEqual(
      (['name', 'refused', 'connect', 'handshake', 'certificate'] as const).map((kind) => code(kind, 'handshake')),
      ['connect.name', 'connect.failed', 'connect.failed', 'tls.handshake', 'tls.certificate'],
    );
  });

  it('has none for the end of the run', () => assert.equal(code('aborted', 'read'), undefined));
});
