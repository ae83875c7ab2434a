import { createHmac } from 'node:crypto';
import { type Exchange, type Mechanism, malformed, type SaslCredentials, secretResponse } from './client.ts';

/** RFC 2195: the challenge's HMAC-MD5 with the password as its key. */
export const cramMd5: Mechanism = {
  standard: 'RFC 2195',
  clientFirst: false,
  needs: ['user', 'password'],
  binds: false,
  start: ({ user = '', password = '' }: SaslCredentials): Exchange => ({
    steps: [
      (challenge) => {
        if (challenge.length === 0) throw malformed('the challenge of CRAM-MD5 is empty', 'RFC 2195 section 2');
        const digest = createHmac('md5', password).update(challenge).digest('hex');
        return secretResponse(`${user} ${digest}`, Buffer.from(digest));
      },
    ],
  }),
};
