import { createHash, createHmac, pbkdf2, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { strictBase64 } from '../../encoding.ts';
import { limitMessage, limits } from '../limits.ts';
import {
  type ChannelBinding,
  type Exchange,
  type Mechanism,
  malformed,
  openResponse,
  type Response,
  type SaslContext,
  type SaslCredentials,
  SaslError,
  secretResponse,
} from './client.ts';
import { authorizationPrefix, saslName } from './gs2.ts';
import { saslPrep } from './saslprep.ts';

type Hash = 'sha1' | 'sha256';

/** RFC 5802 (SHA-1), RFC 7677 (SHA-256); with the connection's channel binding if `binds` (RFC 5802 section 6). */
export function scram(name: string, hash: Hash, standard: string, binds: boolean): Mechanism {
  return {
    standard,
    clientFirst: true,
    needs: ['user', 'password'],
    binds,
    start: (credentials, context) =>
      startScram(name, hash, credentials, binds ? context.channelBinding : undefined, context),
  };
}

function startScram(
  mechanism: string,
  hash: Hash,
  credentials: SaslCredentials,
  binding: ChannelBinding | undefined,
  context: SaslContext,
): Exchange {
  const nonce = context.nonce?.() ?? randomBytes(18).toString('base64');
  const user = saslPrep(credentials.user ?? '', 'user');
  const password = saslPrep(credentials.password ?? '', 'password');
  // RFC 5802 section 7: gs2-header. Without -PLUS it is always `n`: `y` would claim that the server does not advertise
  // -PLUS, and a server that does would then refuse an author who asks for the plain form.
  const header = `${binding === undefined ? 'n' : `p=${binding.type}`},${authorizationPrefix(credentials.authzid)},`;
  const firstBare = `n=${saslName(user)},r=${nonce}`;
  const keyOctets = createHash(hash).digest().length;
  /** The salted password for a challenge. */
  let prepared: { readonly challenge: Buffer; readonly salted: Buffer } | undefined;
  let expected: Buffer | undefined;
  let proved = false;
  let refusal: string | undefined;

  function clientFirst(challenge: Buffer): Response {
    if (challenge.length > 0) throw malformed(`the first challenge of ${mechanism} is not empty`, 'RFC 5802 section 5');
    return openResponse(header + firstBare);
  }

  function clientFinal(challenge: Buffer): Response {
    const server = readServerFirst(mechanism, challenge, nonce);
    const bound = Buffer.concat([Buffer.from(header), binding?.data ?? Buffer.alloc(0)]);
    const withoutProof = `c=${bound.toString('base64')},r=${server.nonce}`;
    // RFC 5802 section 3
    const salted = prepared?.challenge.equals(challenge)
      ? prepared.salted
      : pbkdf2Sync(password, server.salt, server.iterations, keyOctets, hash);
    const clientKey = hmac(hash, salted, 'Client Key');
    const storedKey = createHash(hash).update(clientKey).digest();
    const authMessage = Buffer.concat([Buffer.from(`${firstBare},`), challenge, Buffer.from(`,${withoutProof}`)]);
    const clientSignature = hmac(hash, storedKey, authMessage);
    const proof = Buffer.from(clientKey.map((octet, index) => octet ^ (clientSignature[index] ?? 0))).toString(
      'base64',
    );
    expected = hmac(hash, hmac(hash, salted, 'Server Key'), authMessage);
    const serverFinal = `v=${expected.toString('base64')}`;
    return secretResponse(`${withoutProof},p=${proof}`, Buffer.from(proof), Buffer.from(serverFinal));
  }

  /** A million iterations take most of a second, during which no other scenario would proceed. */
  async function prepare(challenge: Buffer): Promise<void> {
    let server: ServerFirst;
    try {
      server = readServerFirst(mechanism, challenge, nonce);
    } catch {
      return;
    }
    const salted = await new Promise<Buffer | undefined>((resolve) => {
      pbkdf2(password, server.salt, server.iterations, keyOctets, hash, (_, key) => resolve(key));
    });
    if (salted !== undefined) prepared = { challenge, salted };
  }

  /** RFC 5802 section 7: server-final-message = (server-error / verifier) ["," extensions] */
  function verify(data: Buffer): void {
    const rule = 'RFC 5802 section 5.1';
    if (proved) throw malformed(`${mechanism} sends its last message twice`, rule);
    const [, name, value = ''] = /^([ve])=([^,]+)(?:,.*)?$/s.exec(data.toString('latin1')) ?? [];
    if (name === undefined) throw malformed(`the last message of ${mechanism} has neither "v=" nor "e="`, rule);
    if (name === 'e') {
      refusal = value;
      return;
    }
    const signature = strictBase64(value);
    if (signature === undefined) throw malformed(`the "v=" of ${mechanism} is not base64`, rule);
    if (expected === undefined || signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new SaslError('signature', 'its signature, "v=", is wrong', rule);
    }
    proved = true;
  }

  return {
    steps: [
      clientFirst,
      clientFinal,
      (challenge) => {
        verify(challenge);
        return openResponse('');
      },
    ],
    prepare,
    enough: 2,
    unproved: () => {
      if (proved) return undefined;
      return refusal === undefined
        ? 'it sent no signature, "v="'
        : `it sent the error "${refusal}" before it reported success`;
    },
    additional: verify,
    refusal: () => refusal,
  };
}

interface ServerFirst {
  readonly nonce: string;
  readonly salt: Buffer;
  readonly iterations: number;
}

// RFC 5802 section 7: nonce "," salt "," iteration-count ["," extensions]; a nonce is printable without the comma.
const serverFirst = /^r=([!-+\--~]+),s=([^,]+),i=([1-9]\d*)(?:,.*)?$/s;

function readServerFirst(mechanism: string, challenge: Buffer, clientNonce: string): ServerFirst {
  const rule = 'RFC 5802 section 5.1';
  const text = challenge.toString('latin1');
  if (text.startsWith('m=')) throw malformed(`${mechanism} asks for an extension that is not known, "m="`, rule);
  const [whole, nonce = '', salt = '', count = ''] = serverFirst.exec(text) ?? [];
  if (whole === undefined) throw malformed(`a challenge of ${mechanism} is not "r=…,s=…,i=…"`, 'RFC 5802 section 7');
  // The server's part of the nonce follows ours, and is not empty.
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length) {
    throw malformed(`the nonce of ${mechanism} does not continue the client's`, rule);
  }
  const saltOctets = strictBase64(salt);
  if (saltOctets === undefined) throw malformed(`the salt of ${mechanism} is not base64`, rule);
  const iterations = Number(count);
  if (iterations > limits.mostScramIterations) {
    const message = `${limitMessage('mostScramIterations')}: ${iterations}`;
    throw new SaslError('limit', message, 'mostScramIterations');
  }
  return { nonce, salt: saltOctets, iterations };
}

function hmac(hash: Hash, key: Buffer, data: string | Buffer): Buffer {
  return createHmac(hash, key).update(data).digest();
}
