import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../package-root.ts';
import { limits } from './limits.ts';
import {
  createSaslClient,
  decodeChallenge,
  encodeInitialResponse,
  encodeResponse,
  isLogin,
  mechanismNames,
  needsOf,
  type SaslCredentials,
  SaslError,
} from './sasl.ts';

const saslMechanisms = mechanismNames.filter((name) => !isLogin(name));
const everything: SaslCredentials = {
  user: 'tim',
  password: 'tanstaaftanstaaf',
  token: 't0ken',
  service: 'smtp',
  host: 'mx.example',
};
const context = { channelBinding: { type: 'tls-exporter', data: Buffer.alloc(32, 7) } } as const;

describe('sasl', () => {
  it('createSaslClient() says which credentials are missing', () => {
    assert.throws(() => createSaslClient('PLAIN', { user: 'tim' }), {
      kind: 'credentials',
      message: /PLAIN needs password/,
    });
    assert.throws(() => createSaslClient('OAUTHBEARER', { user: 'tim', password: 'x' }), { message: /needs token/ });
    for (const name of saslMechanisms) {
      for (const need of needsOf(name)) {
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
      { numRuns: 500 },
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

  it('the schema names every mechanism and login', () => {
    const schema = readFileSync(join(packageRoot(), 'schemas', 'scenario.schema.json'), 'utf8');
    const { description } = JSON.parse(schema).$defs.authenticate.properties.mechanism as { description: string };
    const plus = /, ([A-Z0-9-]+), ([A-Z0-9-]+) and their -PLUS forms/.exec(description)?.slice(1) ?? [];
    const names = description.match(/[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*/g) ?? [];
    const named = new Set([...names, ...plus.map((name) => `${name}-PLUS`)]);
    assert.deepEqual(
      mechanismNames.filter((name) => !named.has(name)),
      [],
    );
  });

  it('the language page lists every mechanism and login with what it needs', () => {
    const page = readFileSync(join(packageRoot(), 'docs', 'language.md'), 'utf8');
    const [, rows = ''] = /\| mechanism \| needs \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(page) ?? [];
    const listed = rows
      .trim()
      .split('\n')
      .flatMap((row) => {
        const [, names = '', needs = ''] = row.split('|');
        // Optional credentials follow a semicolon.
        const keys = [...(needs.split(';')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, key]) => key);
        return [...names.replace(/\([^)]*\)/g, '').matchAll(/[A-Za-z0-9-]+/g)].map(([name]) => [name, keys] as const);
      });
    assert.deepEqual(new Map(listed), new Map(mechanismNames.map((name) => [name, needsOf(name)])));
  });
});
