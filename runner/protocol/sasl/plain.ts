import { type Exchange, type Mechanism, malformed, type SaslCredentials, SaslError, secretResponse } from './client.ts';

/** RFC 4616: everything in one message, for encrypted connections. */
export const plain: Mechanism = {
  standard: 'RFC 4616',
  clientFirst: true,
  needs: ['user', 'password'],
  binds: false,
  start: startPlain,
};

function startPlain({ authzid = '', user = '', password = '' }: SaslCredentials): Exchange {
  if ([authzid, user, password].some((each) => each.includes('\0'))) {
    throw new SaslError('credentials', 'a user or password of PLAIN contains NUL', 'RFC 4616 section 2');
  }
  return {
    steps: [
      (challenge) => {
        // RFC 4422 section 5 item 2a: if the client goes first, the first challenge is empty.
        if (challenge.length > 0) throw malformed('the first challenge of PLAIN is not empty', 'RFC 4616 section 2');
        // RFC 4616 section 2: message = [authzid] UTF8NUL authcid UTF8NUL passwd
        return secretResponse(`${authzid}\0${user}\0${password}`);
      },
    ],
  };
}
