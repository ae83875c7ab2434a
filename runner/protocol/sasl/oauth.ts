import { decodeText } from '../../encoding.ts';
import {
  type Exchange,
  type Mechanism,
  malformed,
  openResponse,
  type SaslCredentials,
  secretResponse,
} from './client.ts';
import { authorizationPrefix } from './gs2.ts';

const kvsep = '\x01';

/** RFC 7628: an OAuth bearer token, with the host and port that it is used for. */
export const oauthbearer: Mechanism = {
  standard: 'RFC 7628',
  clientFirst: true,
  needs: ['token'],
  binds: false,
  start({ user, authzid, token = '', host, port }: SaslCredentials): Exchange {
    // RFC 7628 section 3.1: client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep
    const header = `n,${authorizationPrefix(authzid ?? user)},`;
    const pairs = [
      ...(host === undefined ? [] : [`host=${host}`]),
      ...(port === undefined ? [] : [`port=${port}`]),
      `auth=Bearer ${token}`,
    ];
    const initial = header + kvsep + pairs.map((pair) => pair + kvsep).join('') + kvsep;
    // RFC 7628 section 3.2.3: the error is a challenge, which the client answers with one kvsep.
    return bearer('OAUTHBEARER', initial, kvsep, 'RFC 7628 section 3.2.2', token);
  },
};

/** The form of Google and Microsoft, older than RFC 7628. */
export const xoauth2: Mechanism = {
  standard: 'Gmail XOAUTH2 protocol',
  clientFirst: true,
  needs: ['user', 'token'],
  binds: false,
  start: ({ user = '', token = '' }: SaslCredentials): Exchange =>
    bearer('XOAUTH2', `user=${user}${kvsep}auth=Bearer ${token}${kvsep}${kvsep}`, '', 'Gmail XOAUTH2 protocol', token),
};

function bearer(name: string, initial: string, afterError: string, rule: string, token: string): Exchange {
  let refusal: string | undefined;
  return {
    steps: [
      (challenge) => {
        if (challenge.length > 0) throw malformed(`the first challenge of ${name} is not empty`, rule);
        return secretResponse(initial, Buffer.from(token));
      },
      (challenge) => {
        refusal = errorStatus(name, challenge, rule);
        return openResponse(afterError);
      },
    ],
    enough: 1,
    unproved: () =>
      refusal === undefined ? undefined : `it refused with status "${refusal}" before it reported success`,
    refusal: () => refusal,
  };
}

/** RFC 7628 section 3.2.2: a JSON object; `status` is required. */
function errorStatus(name: string, challenge: Buffer, rule: string): string {
  let error: unknown;
  try {
    error = JSON.parse(decodeText(challenge));
  } catch {
    throw malformed(`the error of ${name} is not JSON`, rule);
  }
  if (typeof error !== 'object' || error === null || !('status' in error) || typeof error.status !== 'string') {
    throw malformed(`the error of ${name} has no "status"`, rule);
  }
  return error.status;
}
