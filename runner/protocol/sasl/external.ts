import { type Exchange, type Mechanism, malformed, openResponse, SaslError } from './client.ts';

/** RFC 4422 appendix A: the TLS certificate identifies the client. An empty authzid means that identity. */
export const external: Mechanism = {
  standard: 'RFC 4422 appendix A',
  clientFirst: true,
  needs: [],
  binds: false,
  start: ({ authzid = '' }) => oneMessage('EXTERNAL', authzid, 'RFC 4422 appendix A.1'),
};

/** RFC 4505: the client is not identified, but may send trace information: an address or a name, here the user. */
export const anonymous: Mechanism = {
  standard: 'RFC 4505',
  clientFirst: true,
  needs: [],
  binds: false,
  start: ({ user = '' }) => {
    // RFC 4505 section 2: token = 1*255TCHAR
    if ([...user].length > 255) {
      throw new SaslError('credentials', 'the trace of ANONYMOUS is longer than 255 characters', 'RFC 4505 section 2');
    }
    return oneMessage('ANONYMOUS', user, 'RFC 4505 section 2');
  },
};

function oneMessage(name: string, text: string, rule: string): Exchange {
  return {
    steps: [
      (challenge) => {
        if (challenge.length > 0) throw malformed(`the first challenge of ${name} is not empty`, rule);
        return openResponse(text);
      },
    ],
  };
}
