import assert from 'node:assert/strict';
import fc from 'fast-check';
import { limits } from './limits.ts';
import {
  createSaslClient,
  decodeChallenge,
  encodeInitialResponse,
  encodeResponse,
  mechanismFacts,
  type SaslCredentials,
  SaslError,
  saslMechanisms,
} from './sasl.ts';

const everything: SaslCredentials = {
  user: 'tim',
  password: 'tanstaaftanstaaf',
  token: 't0ken',
  service: 'smtp',
  host: 'mx.example',
};
const context = { channelBinding: { type: 'tls-exporter', data: Buffer.alloc(32, 7) } } as const;

describe('sasl', () => {
  it('createSaslClient() names the nearest mechanism for an unknown one', () => {
    assert.throws(() => createSaslClient('SCRAM-SHA256', everything), {
      kind: 'mechanism',
      message: 'the mechanism "SCRAM-SHA256" is not known; did you mean "SCRAM-SHA-256"?',
    });
    assert.throws(() => createSaslClient('KERBEROS_V4', everything), /known are PLAIN, LOGIN, CRAM-MD5/);
  });

  it('createSaslClient() takes a mechanism in any letters and says its name as on the wire', () => {
    for (const name of saslMechanisms) {
      const client = createSaslClient(name.toLowerCase(), everything, context);
      assert.equal(client.mechanism, name);
      assert.equal(client.clientFirst, mechanismFacts(name)?.clientFirst);
    }
  });

  it('createSaslClient() says which credentials are missing', () => {
    assert.throws(() => createSaslClient('PLAIN', { user: 'tim' }), {
      kind: 'credentials',
      message: /PLAIN needs password/,
    });
    assert.throws(() => createSaslClient('OAUTHBEARER', { user: 'tim', password: 'x' }), { message: /needs token/ });
    for (const name of saslMechanisms) {
      for (const need of mechanismFacts(name)?.needs ?? []) {
        const { [need]: _, ...rest } = everything;
        assert.throws(() => createSaslClient(name, rest, context), { kind: 'credentials' });
      }
    }
  });

  it('createSaslClient() refuses -PLUS on a connection without TLS', () => {
    assert.throws(() => createSaslClient('SCRAM-SHA-256-PLUS', everything), { kind: 'binding' });
  });

  it('respond() refuses a challenge too many', () => {
    const client = createSaslClient('PLAIN', everything);
    client.respond(undefined);
    assert.throws(() => client.respond(Buffer.alloc(0)), { kind: 'challenge', serverIsWrong: true });
  });

  it('finish() refuses success before the credentials were asked for', () => {
    const client = createSaslClient('LOGIN', everything);
    client.respond(Buffer.from('Username:'));
    assert.throws(() => client.finish(undefined), { kind: 'challenge', message: /after 1 of 2 responses/ });
  });

  it('finish() refuses additional data of a mechanism that has none', () => {
    const client = createSaslClient('PLAIN', everything);
    client.respond(undefined);
    assert.throws(() => client.finish(Buffer.from('x')), { kind: 'challenge' });
    client.finish(Buffer.alloc(0));
    client.finish(undefined);
  });

  it('respond() and finish() throw nothing but SaslErrors, whatever the server sends', () => {
    const challenge = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(
          fc.constantFrom(
            'r=',
            's=',
            'i=',
            ',',
            'v=',
            'e=',
            'm=',
            'abc',
            'n0nce',
            'QSXC',
            '4',
            '"',
            '\\',
            'realm=',
            'nonce=',
            'qop=',
            'auth',
            '{"status":',
            '}',
            '1',
            ' ',
          ),
        )
        .map((parts) => Buffer.from(parts.join(''))),
      fc.constant(Buffer.from('realm="r",nonce="n",qop="auth",algorithm=md5-sess,charset=utf-8')),
      fc.constant(Buffer.from('r=n0nceX,s=QSXC,i=1')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...saslMechanisms),
        fc.array(challenge, { maxLength: 4 }),
        fc.option(challenge),
        (name, challenges, success) => {
          const client = createSaslClient(name, everything, { ...context, nonce: () => 'n0nce' });
          try {
            for (const each of challenges) client.respond(each);
            client.finish(success ?? undefined);
          } catch (error) {
            if (!(error instanceof SaslError)) throw error;
            assert.ok(error.serverIsWrong, error.message);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('decodeChallenge() takes base64 and an empty text, and nothing else', () => {
    assert.equal(String(decodeChallenge('VXNlcm5hbWU6')), 'Username:');
    assert.equal(decodeChallenge('').length, 0);
    for (const text of ['=', 'VXNlcm5hbWU', 'VXNl cm5h', 'go ahead', '====', 'VX-_']) {
      assert.throws(() => decodeChallenge(text), { kind: 'challenge', message: /is not base64/ });
    }
    for (const size of [limits.longestChallenge + 1, 2 * limits.longestChallenge]) {
      assert.throws(() => decodeChallenge(Buffer.alloc(size).toString('base64')), {
        kind: 'limit',
        rule: 'longestChallenge',
      });
    }
  });

  it('encodeInitialResponse() writes an empty response as "="', () => {
    assert.equal(encodeInitialResponse(Buffer.alloc(0)), '=');
    assert.equal(encodeResponse(Buffer.alloc(0)), '');
    assert.equal(encodeInitialResponse(Buffer.from('\0tim\0x')), 'AHRpbQB4');
  });
});
