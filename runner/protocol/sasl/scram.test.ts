import assert from 'node:assert/strict';
import { limits } from '../limits.ts';
import { createSaslClient, type SaslContext, type SaslCredentials } from '../sasl.ts';

const pencil: SaslCredentials = { user: 'user', password: 'pencil' };

const vectors = [
  {
    mechanism: 'SCRAM-SHA-1',
    source: 'RFC 5802 section 5',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    challenge: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    verifier: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    mechanism: 'SCRAM-SHA-256',
    source: 'RFC 7677 section 3',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    challenge: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final: 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    verifier: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;

function started(index: 0 | 1 = 0, credentials = pencil, context: SaslContext = {}) {
  const { mechanism, nonce } = vectors[index];
  const client = createSaslClient(mechanism, credentials, { nonce: () => nonce, ...context });
  client.respond(undefined);
  return client;
}

function answered() {
  const client = started();
  client.respond(Buffer.from(vectors[0].challenge));
  return client;
}

describe('sasl SCRAM', () => {
  for (const { mechanism, nonce, challenge, final } of vectors) {
    it(`${mechanism} gives the same after prepare(), and after prepare() for another challenge`, async () => {
      const client = createSaslClient(mechanism, pencil, { nonce: () => nonce });
      await client.prepare(undefined);
      client.respond(undefined);
      await client.prepare(Buffer.from('nonsense'));
      await client.prepare(Buffer.from(challenge.replace('i=4096', 'i=5000')));
      await client.prepare(Buffer.from(challenge));
      assert.equal(String(client.respond(Buffer.from(challenge))), final);
      const other = createSaslClient(mechanism, pencil, { nonce: () => nonce });
      other.respond(undefined);
      await other.prepare(Buffer.from(challenge.replace('i=4096', 'i=5000')));
      assert.equal(String(other.respond(Buffer.from(challenge))), final);
    });
  }

  it('prepare() lets others go on', async () => {
    const { mechanism, nonce, challenge } = vectors[1];
    const client = createSaslClient(mechanism, pencil, { nonce: () => nonce });
    client.respond(undefined);
    let isDone = false;
    let turns = 0;
    const work = client.prepare(Buffer.from(challenge.replace('i=4096', 'i=300000'))).then(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await work;
    assert.ok(turns > 10, `${turns}`);
  });

  for (const { mechanism, source, nonce, challenge, final, verifier } of vectors) {
    it(`${mechanism} gives the exchange of ${source}`, () => {
      const client = createSaslClient(mechanism, pencil, { nonce: () => nonce });
      assert.equal(String(client.respond(undefined)), `n,,n=user,r=${nonce}`);
      assert.deepEqual(client.secrets, []);
      assert.equal(String(client.respond(Buffer.from(challenge))), final);
      assert.equal(client.respond(Buffer.from(verifier)).length, 0);
      client.finish(undefined);
      assert.deepEqual(client.secrets.map(String), [final, final.replace(/.*,p=/, ''), verifier]);
    });
  }

  it('finish() takes the signature as the data of a success', () => {
    answered().finish(Buffer.from(vectors[0].verifier));
  });

  it('a wrong signature of the server is an error wherever it comes', () => {
    const wrong = Buffer.from('v=AAAApqV8S7suAoZWja4dJRkFsKQ=');
    assert.throws(() => answered().respond(wrong), { kind: 'signature', message: /is wrong/ });
    assert.throws(() => answered().finish(wrong), { kind: 'signature' });
    assert.throws(() => answered().finish(Buffer.from('v=AAAA')), { kind: 'signature' });
  });

  it('finish() refuses a success without signature, or after an error', () => {
    assert.throws(() => answered().finish(undefined), { kind: 'signature', message: /sent no signature/ });
    const refused = answered();
    assert.equal(refused.respond(Buffer.from('e=invalid-proof')).length, 0);
    assert.equal(refused.refusal, 'invalid-proof');
    assert.throws(() => refused.finish(undefined), { kind: 'signature', message: /"invalid-proof"/ });
    assert.throws(() => started().finish(undefined), { kind: 'challenge' });
  });

  it('the last message is refused where it is neither signature nor error, or comes twice', () => {
    for (const text of ['', 'x=1', 'v=', 'v=no base64', 'rmF9pqV8S7suAoZWja4dJRkFsKQ=']) {
      assert.throws(() => answered().respond(Buffer.from(text)), { kind: 'challenge' });
    }
    const twice = answered();
    twice.respond(Buffer.from(vectors[0].verifier));
    assert.throws(() => twice.finish(Buffer.from(vectors[0].verifier)), { kind: 'challenge' });
  });

  const malformed: Readonly<Record<string, string>> = {
    'a nonce that is not ours': 'r=other+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=4096',
    'nothing behind our nonce': 'r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096',
    'no salt': 'r=fyko+d2lbbFgONRv9qkxdawL3rfc,i=4096',
    'a salt that is no base64': 'r=fyko+d2lbbFgONRv9qkxdawL3rfc,s=???,i=4096',
    'no iterations': 'r=fyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92',
    'zero iterations': 'r=fyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=0',
    'iterations that are no number': 'r=fyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=1e3',
    'a mandatory extension': 'm=x,r=fyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=4096',
    'another order': 's=QSXCR+Q6sek8bf92,r=fyko+d2lbbFgONRv9qkxdawL3rfc,i=4096',
    nothing: '',
  };
  for (const [title, text] of Object.entries(malformed)) {
    it(`respond() refuses a challenge with ${title}`, () => {
      assert.throws(() => started().respond(Buffer.from(text)), { kind: 'challenge' });
    });
  }

  it('respond() refuses more iterations than the documented 2,000,000 without computing them', () => {
    assert.equal(limits.mostScramIterations, 2_000_000);
    for (const count of ['2000001', '9'.repeat(400)]) {
      const text = `r=fyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=${count}`;
      assert.throws(() => started().respond(Buffer.from(text)), { kind: 'limit', rule: 'mostScramIterations' });
    }
  });

  it('respond() takes extensions behind the iterations', () => {
    const text = `${vectors[0].challenge},x=unknown`;
    assert.match(String(started().respond(Buffer.from(text))), /^c=biws,/);
  });

  it('the first message carries escaped names, prepared and with the authorization identity', () => {
    const client = createSaslClient(
      'SCRAM-SHA-1',
      { user: 'a,b=\u00aa', password: 'x', authzid: 'c,d' },
      { nonce: () => 'n' },
    );
    assert.equal(String(client.respond(undefined)), 'n,a=c=2Cd,n=a=2Cb=3Da,r=n');
  });

  it('the password is prepared before it is hashed', () => {
    const plainly = started(0).respond(Buffer.from(vectors[0].challenge));
    const softHyphen = started(0, { user: 'user', password: 'pen\u00adcil' }).respond(
      Buffer.from(vectors[0].challenge),
    );
    assert.deepEqual(softHyphen, plainly);
    assert.throws(() => started(0, { user: 'user', password: 'a\u0007' }), { kind: 'credentials' });
  });

  it('-PLUS carries the name and the data of the channel binding', () => {
    const data = Buffer.alloc(32, 0xab);
    for (const type of ['tls-exporter', 'tls-server-end-point'] as const) {
      const client = createSaslClient('SCRAM-SHA-256-PLUS', pencil, {
        channelBinding: { type, data },
        nonce: () => 'abc',
      });
      assert.equal(String(client.respond(undefined)), `p=${type},,n=user,r=abc`);
      const final = String(client.respond(Buffer.from('r=abcdef,s=QSXC,i=2')));
      const [, bound = ''] = /^c=([^,]+),r=abcdef,p=/.exec(final) ?? assert.fail(final);
      assert.deepEqual(Buffer.from(bound, 'base64'), Buffer.concat([Buffer.from(`p=${type},,`), data]));
    }
  });

  it('without -PLUS the binding of the connection is left alone', () => {
    const client = createSaslClient('SCRAM-SHA-1', pencil, {
      channelBinding: { type: 'tls-exporter', data: Buffer.alloc(32) },
      nonce: () => 'n',
    });
    assert.equal(String(client.respond(undefined)), 'n,,n=user,r=n');
  });

  it('nonces are fresh and fit for the grammar', () => {
    const nonces = Array.from(
      { length: 50 },
      () => /r=([!-+\--~]{24})$/.exec(String(createSaslClient('SCRAM-SHA-1', pencil).respond(undefined)))?.[1],
    );
    assert.ok(!nonces.includes(undefined));
    assert.equal(new Set(nonces).size, 50);
  });
});
