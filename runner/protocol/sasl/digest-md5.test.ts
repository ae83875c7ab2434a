import assert from 'node:assert/strict';
import { createSaslClient, type SaslCredentials } from '../sasl.ts';

const chris = { user: 'chris', password: 'secret', service: 'imap', host: 'elwood.innosoft.com' } as const;
const challenge = 'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8';
const rspauth = 'rspauth=ea40f60335c427b5527b84dbabcdfffd';

function client(credentials: SaslCredentials = chris, cnonce = 'OA6MHXh6VqTrRk') {
  return createSaslClient('DIGEST-MD5', credentials, { nonce: () => cnonce });
}

function responseTo(text: string, credentials?: SaslCredentials): string {
  return client(credentials).respond(Buffer.from(text)).toString('latin1');
}

describe('sasl DIGEST-MD5', () => {
  it('respond() gives the exchange of RFC 2831 section 4 and verifies rspauth', () => {
    const exchange = client();
    assert.equal(
      String(exchange.respond(Buffer.from(challenge))),
      'charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001,' +
        'cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com",response=d388dad90d4bbd760a152321f2143af7,qop=auth',
    );
    assert.equal(exchange.respond(Buffer.from(rspauth)).length, 0);
    exchange.finish(undefined);
    assert.ok(exchange.secrets.map(String).includes('d388dad90d4bbd760a152321f2143af7'));
    assert.ok(exchange.secrets.map(String).includes('ea40f60335c427b5527b84dbabcdfffd'));
  });

  it('respond() gives the second exchange of RFC 2831 section 4, of another service', () => {
    const exchange = client({ ...chris, service: 'acap' }, 'OA9BSuZWMSpW8m');
    const response = exchange.respond(Buffer.from(challenge.replace('OA6MG9tEQGm2hh', 'OA9BSXrbuRhWay')));
    assert.match(String(response), /response=6084c6db3fede7352c551284490fd0fc,/);
    exchange.finish(Buffer.from('rspauth=2f0b3d7c3c2e486600ef710726aa2eae'));
  });

  it('finish() takes rspauth as the data of a success', () => {
    const exchange = client();
    exchange.respond(Buffer.from(challenge));
    exchange.finish(Buffer.from(rspauth));
  });

  it('respond() and finish() refuse a wrong or missing rspauth', () => {
    const wrong = client();
    wrong.respond(Buffer.from(challenge));
    assert.throws(() => wrong.respond(Buffer.from('rspauth=00000000000000000000000000000000')), { kind: 'signature' });
    const missing = client();
    missing.respond(Buffer.from(challenge));
    assert.throws(() => missing.finish(undefined), { kind: 'signature' });
    const other = client();
    other.respond(Buffer.from(challenge));
    assert.throws(() => other.finish(Buffer.from('ok=1')), { kind: 'challenge' });
  });

  it('respond() takes the first of several realms, and none where there is none', () => {
    assert.match(responseTo('realm="a",realm="b",nonce="n",algorithm=md5-sess'), /realm="a",nonce/);
    assert.ok(!responseTo('nonce="n",algorithm=md5-sess').includes('realm'));
  });

  it('respond() reads quoted pairs, spaces and empty elements, and writes quotes back', () => {
    const text = responseTo(', realm = "a\\"b\\\\" ,, nonce="n",qop="auth-int, auth",algorithm=md5-sess', {
      ...chris,
      user: 'c"h',
    });
    assert.match(text, /username="c\\"h",realm="a\\"b\\\\",nonce="n"/);
  });

  it('respond() hashes ISO 8859-1 text alike whether it goes as UTF-8 or not', () => {
    const german = { ...chris, user: 'jürgen', password: 'größe' };
    const plain = 'realm="r",nonce="n",algorithm=md5-sess';
    const hashOf = (text: string) => /response=([0-9a-f]{32})/.exec(text)?.[1] ?? assert.fail();
    const narrow = responseTo(plain, german);
    const wide = responseTo(`${plain},charset=utf-8`, german);
    assert.equal(hashOf(narrow), hashOf(wide));
    assert.match(narrow, /username="j\u00fcrgen"/);
    assert.match(wide, /username="j\u00c3\u00bcrgen"/);
    assert.throws(() => responseTo(plain, { ...chris, password: '€' }), { kind: 'credentials' });
  });

  it('respond() puts the authorization identity into text and hash', () => {
    const text = responseTo(challenge, { ...chris, authzid: 'boss' });
    assert.match(text, /,authzid="boss"$/);
    assert.ok(!text.includes('d388dad90d4bbd760a152321f2143af7'));
  });

  const malformed: Readonly<Record<string, string>> = {
    'no nonce': 'realm="r",algorithm=md5-sess',
    'two nonces': 'nonce="a",nonce="b",algorithm=md5-sess',
    'no algorithm': 'nonce="n"',
    'another algorithm': 'nonce="n",algorithm=md5',
    'no qop that we speak': 'nonce="n",algorithm=md5-sess,qop="auth-conf"',
    'another charset': 'nonce="n",algorithm=md5-sess,charset=latin1',
    'an unended quote': 'nonce="n,algorithm=md5-sess',
    'no value': 'nonce,algorithm=md5-sess',
    'no comma': 'nonce="n" algorithm=md5-sess',
    'more octets than allowed': `nonce="${'n'.repeat(2048)}",algorithm=md5-sess`,
    nothing: '',
  };
  for (const [title, text] of Object.entries(malformed)) {
    it(`respond() refuses a challenge with ${title}`, () => {
      assert.throws(() => responseTo(text), { kind: 'challenge' });
    });
  }
});
