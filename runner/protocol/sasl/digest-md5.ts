import { createHash, randomBytes } from 'node:crypto';
import { decodeText } from '../../encoding.ts';
import {
  type Exchange,
  type Mechanism,
  malformed,
  openResponse,
  type SaslContext,
  type SaslCredentials,
  SaslError,
  secretResponse,
} from './client.ts';

/** RFC 2831, made historic by RFC 6331: only with qop "auth", and with verification of the server's `rspauth`. */
export const digestMd5: Mechanism = {
  standard: 'RFC 2831',
  clientFirst: false,
  needs: ['user', 'password', 'service', 'host'],
  binds: false,
  start: startDigestMd5,
};

/** RFC 2831 section 2.1.1: a challenge is shorter than this. */
const challengeLimit = 2048;
const nonceCount = '00000001';

function startDigestMd5(credentials: SaslCredentials, context: SaslContext): Exchange {
  const cnonce = context.nonce?.() ?? randomBytes(18).toString('base64');
  let expected: string | undefined;
  let proved = false;

  function answer(challenge: Buffer) {
    const { realm, nonce, utf8 } = readChallenge(challenge);
    const { user = '', authzid, service = '', host = '' } = credentials;
    const uri = `${service}/${host}`;
    const secret = hashes(credentials, { realm: realm ?? '', nonce, cnonce, uri, utf8 });
    expected = secret.rspauth;
    // RFC 2831 section 2.1.2
    const text = [
      ...(utf8 ? ['charset=utf-8'] : []),
      `username=${quoted(user)}`,
      ...(realm === undefined ? [] : [`realm=${quoted(realm)}`]),
      `nonce=${quoted(nonce)}`,
      `nc=${nonceCount}`,
      `cnonce=${quoted(cnonce)}`,
      `digest-uri=${quoted(uri)}`,
      `response=${secret.response}`,
      'qop=auth',
      ...(authzid === undefined || authzid === '' ? [] : [`authzid=${quoted(authzid)}`]),
    ].join(',');
    const bytes = utf8 ? Buffer.from(text) : latin1(text);
    return secretResponse(bytes, Buffer.from(secret.response), Buffer.from(secret.rspauth));
  }

  // RFC 2831 section 2.1.3
  function verify(data: Buffer): void {
    const given = readDirectives(data).get('rspauth')?.[0];
    if (given === undefined)
      throw malformed('the last challenge of DIGEST-MD5 has no "rspauth"', 'RFC 2831 section 2.1.3');
    if (proved) throw malformed('DIGEST-MD5 sends "rspauth" twice', 'RFC 2831 section 2.1.3');
    if (given.toLowerCase() !== expected) {
      throw new SaslError('signature', 'its "rspauth" is wrong', 'RFC 2831 section 2.1.3');
    }
    proved = true;
  }

  return {
    steps: [
      answer,
      (challenge) => {
        verify(challenge);
        return openResponse('');
      },
    ],
    enough: 1,
    unproved: () => (proved ? undefined : 'it sent no "rspauth"'),
    additional: verify,
  };
}

interface Challenge {
  readonly realm: string | undefined;
  readonly nonce: string;
  readonly utf8: boolean;
}

/** RFC 2831 section 2.1.1; the first of several realms is used. */
function readChallenge(challenge: Buffer): Challenge {
  const rule = 'RFC 2831 section 2.1.1';
  const directives = readDirectives(challenge);
  for (const [name, values] of directives) {
    if (values.length > 1 && onceOnly.has(name))
      throw malformed(`the challenge of DIGEST-MD5 has "${name}" twice`, rule);
  }
  const nonce = directives.get('nonce')?.[0];
  if (nonce === undefined || nonce === '') throw malformed('the challenge of DIGEST-MD5 has no "nonce"', rule);
  const algorithm = directives.get('algorithm')?.[0];
  if (algorithm !== 'md5-sess') throw malformed('the challenge of DIGEST-MD5 has no "algorithm=md5-sess"', rule);
  const qop = directives
    .get('qop')?.[0]
    ?.split(',')
    .map((option) => option.trim()) ?? ['auth'];
  if (!qop.includes('auth')) throw malformed('the challenge of DIGEST-MD5 does not offer the qop "auth"', rule);
  const charset = directives.get('charset')?.[0];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    throw malformed(`the challenge of DIGEST-MD5 names the charset "${charset}"; only "utf-8" is allowed there`, rule);
  }
  return { realm: directives.get('realm')?.[0], nonce, utf8: charset !== undefined };
}

const onceOnly: ReadonlySet<string> = new Set(['nonce', 'stale', 'maxbuf', 'charset', 'algorithm', 'cipher']);

// RFC 2831 section 7.1: 1#( name "=" ( token / quoted-string ) ), and empty elements between commas.
const directive = /[ \t\r\n]*(?:([!#-'*+.\w^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+)))?[ \t\r\n]*(,|$)/sy;

function readDirectives(data: Buffer): ReadonlyMap<string, readonly string[]> {
  const rule = 'RFC 2831 section 7.1';
  if (data.length >= challengeLimit)
    throw malformed(`a challenge of DIGEST-MD5 has ${data.length} octets`, 'RFC 2831 section 2.1.1');
  const text = decodeText(data);
  const found = new Map<string, string[]>();
  for (let at = 0; at < text.length; ) {
    directive.lastIndex = at;
    const match = directive.exec(text);
    if (match === null || match[0] === '') throw malformed('a DIGEST-MD5 challenge is not a list of name=value', rule);
    at = directive.lastIndex;
    const [, name, quotedValue, token] = match;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const values = found.get(key) ?? [];
    values.push(quotedValue === undefined ? (token ?? '') : quotedValue.replace(/\\(.)/gs, '$1'));
    found.set(key, values);
  }
  return found;
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

interface HashInput {
  readonly realm: string;
  readonly nonce: string;
  readonly cnonce: string;
  readonly uri: string;
  readonly utf8: boolean;
}

/** RFC 2831 section 2.1.2.1 */
function hashes(
  credentials: SaslCredentials,
  input: HashInput,
): { readonly response: string; readonly rspauth: string } {
  const { user = '', password = '', authzid } = credentials;
  const { realm, nonce, cnonce, uri } = input;
  const name = (text: string) => (input.utf8 ? narrowest(text) : latin1(text));
  const colon = Buffer.from(':');
  const userHash = md5(Buffer.concat([name(user), colon, name(realm), colon, name(password)]));
  const tail = authzid === undefined || authzid === '' ? `:${nonce}:${cnonce}` : `:${nonce}:${cnonce}:${authzid}`;
  const a1 = hex(Buffer.concat([userHash, Buffer.from(tail)]));
  const digest = (a2: string) =>
    hex(Buffer.from(`${a1}:${nonce}:${nonceCount}:${cnonce}:auth:${hex(Buffer.from(a2))}`));
  // RFC 2831 section 2.1.3: for the server's, A2 has no "AUTHENTICATE".
  return { response: digest(`AUTHENTICATE:${uri}`), rspauth: digest(`:${uri}`) };
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

function hex(bytes: Buffer): string {
  return md5(bytes).toString('hex');
}

const fitsLatin1 = /^[\0-\xff]*$/;

/** Text that fits into ISO 8859-1 is hashed in it, even if UTF-8 is sent. */
function narrowest(text: string): Buffer {
  return Buffer.from(text, fitsLatin1.test(text) ? 'latin1' : 'utf8');
}

/** Without `charset=utf-8`, only ISO 8859-1 is allowed. */
function latin1(text: string): Buffer {
  if (fitsLatin1.test(text)) return Buffer.from(text, 'latin1');
  throw new SaslError(
    'credentials',
    'the user or password needs UTF-8, and the challenge of DIGEST-MD5 does not offer it',
    'RFC 2831 section 2.1.1',
  );
}
