import assert from 'node:assert/strict';
import { clientReason } from './accept-tls.ts';

describe('clientReason()', () => {
  it('says what a client refused, or that it left', () => {
    const said = (code: string) => clientReason({ name: 'Error', message: 'a message', reason: 'a reason', code });
    assert.equal(said('ECONNRESET'), 'the client closed the connection');
    assert.equal(said('ERR_SSL_WRONG_VERSION_NUMBER'), 'the client sent something that is not TLS');
    assert.equal(said('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), 'the client does not trust the certificate');
    assert.equal(said('ERR_SSL_UNSUPPORTED_PROTOCOL'), 'the client offered no TLS version that is accepted');
    assert.equal(said('ERR_SSL_NO_SHARED_CIPHER'), 'the client offered no cipher that is accepted');
    assert.equal(said('ERR_SSL_OTHER'), 'a reason');
    assert.equal(clientReason(new Error('a message')), 'a message');
  });
});
