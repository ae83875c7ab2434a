import type { Protocol } from '../protocol.ts';
import type { SieveReply } from '../reply.ts';
import { sieveServing } from '../serving/sieve.ts';
import { createSieveParser } from '../sieve.ts';
import { sieveSpeaker } from '../speaker.ts';

/** ManageSieve, RFC 5804. */
export const sieve: Protocol<SieveReply> = {
  title: 'ManageSieve',
  findings: ['sieve', 'tls'],
  schemes: { sieve: { implicitTls: false, port: 4190 } },
  greets: true,
  createParser: createSieveParser,
  replies: {
    noun: 'a ManageSieve response',
    // RFC 5804 section 1.2; `+` for a challenge (section 2.1)
    status: { form: 'word', words: ['OK', 'NO', 'BYE', '+'], examples: 'OK, NO, BYE, +' },
    untagged: false,
    framedBy: 'protocol',
    advertises: { kind: 'capability', of: ({ capabilities }) => capabilities },
    isPositive: ({ status }) => status === 'OK',
    asksForMore: ({ status }) => status === '+',
    wholeText: ({ status, lines, text }) => (status === '+' ? text : [...lines, text].join('\n')),
  },
  serving: sieveServing,
  continuation: 'sasl',
  literals: { synchronizing: false }, // RFC 5804 section 4
  starttls: { command: 'STARTTLS', advertisesAgain: true }, // RFC 5804 section 2.2
  // RFC 5804 section 2.1
  sasl: {
    service: 'sieve',
    // An empty initial response is an empty string, not "=".
    command: (mechanism, initial) =>
      `AUTHENTICATE "${mechanism}"${initial === undefined ? '' : ` "${initial === '=' ? '' : initial}"`}`,
    challenge: ({ status, text }) => (status === '+' ? text : undefined),
    response: (text) => `"${text}"`,
    // `OK (SASL "…")`
    additionalData({ responseCode }) {
      const data = responseCode?.name === 'SASL' ? responseCode.data : undefined;
      return typeof data === 'string' ? Buffer.from(data, 'base64') : undefined;
    },
  },
  login: /^AUTHENTICATE /i, // RFC 5804 section 2.1
  logins: [],
  transfersMail: false,
  begins: /^"IMPLEMENTATION"/i,
  createSpeaker: sieveSpeaker,
  farewell: 'LOGOUT', // RFC 5804 section 2.3
  // RFC 5804 section 2
  commands: [
    'AUTHENTICATE',
    'STARTTLS',
    'LOGOUT',
    'CAPABILITY',
    'HAVESPACE',
    'PUTSCRIPT',
    'LISTSCRIPTS',
    'SETACTIVE',
    'GETSCRIPT',
    'DELETESCRIPT',
    'RENAMESCRIPT',
    'CHECKSCRIPT',
    'NOOP',
    'UNAUTHENTICATE',
  ],
};
