import assert from 'node:assert/strict';
import { createSaslClient } from '../sasl.ts';

describe('sasl mechanisms of one or two messages', () => {
  it('PLAIN gives the messages of RFC 4616 section 4', () => {
    const tim = createSaslClient('PLAIN', { user: 'tim', password: 'tanstaaftanstaaf' });
    assert.equal(String(tim.respond(undefined)), '\0tim\0tanstaaftanstaaf');
    assert.deepEqual(tim.secrets, [Buffer.from('\0tim\0tanstaaftanstaaf')]);
    tim.finish(undefined);
    const kurt = createSaslClient('PLAIN', { authzid: 'Ursel', user: 'Kurt', password: 'xipj3plmq' });
    assert.equal(String(kurt.respond(Buffer.alloc(0))), 'Ursel\0Kurt\0xipj3plmq');
  });

  it('PLAIN sends UTF-8, and refuses a NUL and a challenge with text', () => {
    const client = createSaslClient('PLAIN', { user: 'jürgen', password: 'pässword€' });
    assert.throws(() => client.respond(Buffer.from('go')), { kind: 'challenge' });
    assert.deepEqual(client.respond(undefined), Buffer.from('\0jürgen\0pässword€', 'utf8'));
    assert.throws(() => createSaslClient('PLAIN', { user: 'a\0b', password: 'x' }), { kind: 'credentials' });
  });

  it('LOGIN gives the user, then the password, whatever the prompts say', () => {
    const client = createSaslClient('LOGIN', { user: 'tim', password: 'secret' });
    assert.equal(client.clientFirst, false);
    assert.equal(String(client.respond(Buffer.from('User Name\0'))), 'tim');
    assert.deepEqual(client.secrets, []);
    assert.equal(String(client.respond(Buffer.from('Passwort:'))), 'secret');
    assert.deepEqual(client.secrets, [Buffer.from('secret')]);
    client.finish(undefined);
  });

  it('CRAM-MD5 gives the response of RFC 2195 section 2', () => {
    const client = createSaslClient('CRAM-MD5', { user: 'tim', password: 'tanstaaftanstaaf' });
    const response = client.respond(Buffer.from('<1896.697170952@postoffice.reston.mci.net>'));
    assert.equal(String(response), 'tim b913a602c7eda7a495b4e6e7334d3890');
    assert.deepEqual(client.secrets.map(String), [
      'tim b913a602c7eda7a495b4e6e7334d3890',
      'b913a602c7eda7a495b4e6e7334d3890',
    ]);
    client.finish(undefined);
  });

  it('CRAM-MD5 refuses an empty challenge', () => {
    const client = createSaslClient('CRAM-MD5', { user: 'tim', password: 'x' });
    assert.throws(() => client.respond(Buffer.alloc(0)), { kind: 'challenge' });
  });

  it('EXTERNAL gives the authorization identity, or nothing', () => {
    assert.equal(createSaslClient('EXTERNAL', {}).respond(undefined).length, 0);
    assert.equal(
      String(createSaslClient('EXTERNAL', { authzid: 'fred@example.com' }).respond(undefined)),
      'fred@example.com',
    );
  });

  it('ANONYMOUS gives the trace of RFC 4505 section 4', () => {
    assert.equal(createSaslClient('ANONYMOUS', { user: 'sirhc' }).respond(undefined).toString('base64'), 'c2lyaGM=');
    assert.throws(() => createSaslClient('ANONYMOUS', { user: 'x'.repeat(256) }), { kind: 'credentials' });
  });

  const bearer = {
    user: 'user@example.com',
    token: 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==',
    host: 'server.example.com',
    port: 143,
  };

  it('OAUTHBEARER gives the message of RFC 7628 section 4.1', () => {
    const client = createSaslClient('OAUTHBEARER', bearer);
    assert.equal(
      client.respond(undefined).toString('base64'),
      'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB',
    );
    assert.ok(client.secrets.some((secret) => String(secret) === bearer.token));
    client.finish(undefined);
  });

  it('OAUTHBEARER answers the error of RFC 7628 section 4.3 with one kvsep, and takes no success after it', () => {
    const client = createSaslClient('OAUTHBEARER', bearer);
    client.respond(undefined);
    const error = Buffer.from(
      'eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRpb24iOiJodHRwczovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9uIn0=',
      'base64',
    );
    assert.equal(client.respond(error).toString('base64'), 'AQ==');
    assert.equal(client.refusal, 'invalid_token');
    assert.throws(() => client.finish(undefined), {
      kind: 'signature',
      message: /refused with status "invalid_token"/,
    });
  });

  it('OAUTHBEARER refuses an error that is not what RFC 7628 says', () => {
    for (const error of ['no JSON', '[]', 'null', '{}', '{"status":401}']) {
      const client = createSaslClient('OAUTHBEARER', bearer);
      client.respond(undefined);
      assert.throws(() => client.respond(Buffer.from(error)), { kind: 'challenge' });
    }
  });

  it('OAUTHBEARER escapes commas in the identity and leaves out what is not given', () => {
    assert.equal(
      String(createSaslClient('OAUTHBEARER', { user: 'a,b=c', token: 'x' }).respond(undefined)),
      'n,a=a=2Cb=3Dc,\x01auth=Bearer x\x01\x01',
    );
    assert.equal(
      String(createSaslClient('OAUTHBEARER', { token: 'x' }).respond(undefined)),
      'n,,\x01auth=Bearer x\x01\x01',
    );
  });

  it('XOAUTH2 gives the user and token, and answers an error with nothing', () => {
    const client = createSaslClient('XOAUTH2', {
      user: 'someuser@example.com',
      token: 'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg',
    });
    assert.equal(
      client.respond(undefined).toString('base64'),
      'dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==',
    );
    assert.equal(
      client.respond(Buffer.from('{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}')).length,
      0,
    );
    assert.equal(client.refusal, '400');
  });
});
