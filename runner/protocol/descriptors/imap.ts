import { capabilityFields } from '../capabilities.ts';
import { createImapParser, createTags, parseCapabilities } from '../imap.ts';
import { responseCodeShape, shapeOfUntagged } from '../imap-grammar/shapes.ts';
import type { Protocol } from '../protocol.ts';
import type { ImapReply } from '../reply.ts';
import { imapServing } from '../serving/imap.ts';
import { imapSpeaker } from '../speaker.ts';

/** RFC 9051 and RFC 3501. */
export const imap: Protocol<ImapReply> = {
  title: 'IMAP',
  findings: ['imap', 'tls'],
  schemes: {
    imap: { implicitTls: false, port: 143 },
    imaps: { implicitTls: true, port: 993 }, // RFC 8314 section 3.2
  },
  greets: true,
  createParser: createImapParser,
  replies: {
    noun: 'an IMAP response',
    // RFC 9051 section 7.1
    status: {
      form: 'word',
      words: ['OK', 'NO', 'BAD', 'BYE', 'PREAUTH', '+'],
      examples: 'OK, "NO [AUTHENTICATIONFAILED]", +, "* BYE"',
    },
    untagged: true,
    shapes: { untagged: shapeOfUntagged, responseCode: responseCodeShape },
    framedBy: 'protocol',
    advertises: {
      kind: 'capability',
      of(reply) {
        const found = parseCapabilities(reply);
        // RFC 9051 section 7.2.2: never empty.
        return found.size === 0 ? undefined : capabilityFields(found);
      },
    },
    isPositive: ({ status }) => status === 'OK' || status === 'PREAUTH',
    // RFC 2177 section 3: the responses during IDLE come between its "+" and its tagged response.
    asksForMore: ({ status }) => (status === '*' ? undefined : status === '+'),
    wholeText: ({ untagged, lines }) => [...untagged.map(({ text }) => `* ${text}`), ...lines].join('\n'),
  },
  createTags,
  // RFC 9051 section 7.6
  serving: imapServing,
  continuation: 'part',
  literals: { synchronizing: true }, // RFC 9051 section 4.3
  starttls: { command: 'STARTTLS', advertisesAgain: false }, // RFC 9051 section 6.2.1
  compress: 'COMPRESS DEFLATE', // RFC 4978 section 3
  // RFC 9051 section 6.2.2
  sasl: {
    service: 'imap',
    initialResponseWith: ['SASL-IR', 'IMAP4rev2'], // RFC 4959 section 3, RFC 9051 appendix E
    command: (mechanism, initial) => `AUTHENTICATE ${mechanism}${initial === undefined ? '' : ` ${initial}`}`,
    challenge: ({ status, text }) => (status === '+' ? text : undefined),
    response: (text) => text,
  },
  login: /^(?:LOGIN|AUTHENTICATE) /i, // RFC 9051 section 6.2
  logins: ['login-command'],
  transfersMail: false,
  begins: /^\* (?:OK|PREAUTH|BYE)\b/i,
  createSpeaker: imapSpeaker,
  farewell: 'LOGOUT', // RFC 9051 section 6.1.3
  // RFC 9051 section 6, and the extensions that servers have
  commands: [
    'CAPABILITY',
    'NOOP',
    'LOGOUT',
    'STARTTLS',
    'AUTHENTICATE',
    'LOGIN',
    'ENABLE',
    'SELECT',
    'EXAMINE',
    'CREATE',
    'DELETE',
    'RENAME',
    'SUBSCRIBE',
    'UNSUBSCRIBE',
    'LIST',
    'LSUB',
    'NAMESPACE',
    'STATUS',
    'APPEND',
    'IDLE',
    'CHECK',
    'CLOSE',
    'UNSELECT',
    'EXPUNGE',
    'SEARCH',
    'FETCH',
    'STORE',
    'COPY',
    'MOVE',
    'UID',
    'ID',
    'GETQUOTA',
    'GETQUOTAROOT',
    'SETQUOTA',
    'GETACL',
    'SETACL',
    'DELETEACL',
    'MYRIGHTS',
    'LISTRIGHTS',
    'GETMETADATA',
    'SETMETADATA',
    'SORT',
    'THREAD',
    'NOTIFY',
    'COMPRESS',
    'UNAUTHENTICATE',
    'DONE',
  ],
};
