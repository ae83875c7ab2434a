import { capabilityFields } from '../capabilities.ts';
import { createPop3Parser, parseCapabilities } from '../pop3.ts';
import type { Protocol } from '../protocol.ts';
import type { Pop3Reply } from '../reply.ts';
import { pop3Serving } from '../serving/pop3.ts';
import { pop3Speaker } from '../speaker.ts';

/** RFC 1939. */
export const pop3: Protocol<Pop3Reply> = {
  title: 'POP3',
  findings: ['pop3', 'tls'],
  schemes: {
    pop3: { implicitTls: false, port: 110 },
    pop3s: { implicitTls: true, port: 995 }, // RFC 8314 section 3.1
  },
  greets: true,
  createParser: createPop3Parser,
  replies: {
    noun: 'a POP3 response',
    // RFC 1939 section 3, RFC 5034 section 4
    status: { form: 'word', words: ['+OK', '-ERR', '+'], examples: '+OK, -ERR, "+OK Logged in", +' },
    untagged: false,
    // The reply to an unknown command may have a body.
    framedBy: 'either',
    advertises: {
      kind: 'capability',
      command: 'CAPA', // RFC 2449 section 5
      of: (reply) => (reply.body === undefined ? undefined : capabilityFields(parseCapabilities(reply))),
    },
    isPositive: ({ status }) => status === '+OK',
    asksForMore: ({ status }) => status === '+',
    wholeText: ({ text, body = [] }) => [text, ...body].join('\n'),
  },
  serving: pop3Serving,
  continuation: 'sasl',
  starttls: { command: 'STLS', advertisesAgain: false }, // RFC 2595 section 4
  // RFC 5034 section 4
  sasl: {
    service: 'pop',
    command: (mechanism, initial) => `AUTH ${mechanism}${initial === undefined ? '' : ` ${initial}`}`,
    challenge: ({ status, text }) => (status === '+' ? text : undefined),
    response: (text) => text,
  },
  login: /^(?:PASS|APOP|AUTH) /i, // RFC 1939 section 7, RFC 5034 section 4
  logins: ['user-pass', 'apop'],
  transfersMail: false,
  begins: /^\+OK\b/,
  createSpeaker: pop3Speaker,
  farewell: 'QUIT', // RFC 1939 section 5
  // RFC 1939, RFC 2449, RFC 2595, RFC 5034
  commands: [
    'USER',
    'PASS',
    'APOP',
    'AUTH',
    'STLS',
    'CAPA',
    'STAT',
    'LIST',
    'RETR',
    'DELE',
    'NOOP',
    'RSET',
    'TOP',
    'UIDL',
    'UTF8',
    'LANG',
    'QUIT',
  ],
};
