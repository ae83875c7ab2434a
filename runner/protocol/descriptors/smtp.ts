import { capabilityFields } from '../capabilities.ts';
import { extensionValues } from '../extension-values.ts';
import type { Protocol } from '../protocol.ts';
import type { SmtpReply } from '../reply.ts';
import { smtpServing } from '../serving/smtp.ts';
import { createSmtpParser, parseExtensions } from '../smtp.ts';
import { smtpSpeaker } from '../speaker.ts';

/** RFC 5321. */
export const smtp: Protocol<SmtpReply> = {
  title: 'SMTP',
  findings: ['smtp', 'tls'],
  schemes: {
    smtp: { implicitTls: false, port: 25 },
    smtps: { implicitTls: true, port: 465 }, // RFC 8314 section 3.3
  },
  greets: true,
  hello: 'EHLO',
  createParser: createSmtpParser,
  replies: {
    noun: 'an SMTP reply',
    status: { form: 'code', examples: '250, 2xx, 250-AUTH, "550 5.1.1"' },
    untagged: false,
    framedBy: 'protocol',
    advertises: {
      kind: 'extension',
      // RFC 5321 section 4.1.1.1
      of: (reply) =>
        reply.code === 250
          ? capabilityFields(parseExtensions(reply), (name, parameters) => extensionValues[name]?.read(parameters))
          : undefined,
    },
    // RFC 5321 section 4.2.1
    isPositive: ({ code }) => code >= 200 && code < 300,
    isParting: ({ code }) => code === 421, // RFC 5321 section 3.8
    asksForMore: ({ code }) => code >= 300 && code < 400,
    wholeText: ({ text }) => text,
  },
  serving: smtpServing,
  continuation: 'sasl',
  starttls: { command: 'STARTTLS', advertisesAgain: false }, // RFC 3207 section 4
  speaksForOthers: true,
  // RFC 4954 section 4
  sasl: {
    service: 'smtp',
    command: (mechanism, initial) => `AUTH ${mechanism}${initial === undefined ? '' : ` ${initial}`}`,
    challenge: ({ code, text }) => (code === 334 ? text : undefined),
    response: (text) => text,
  },
  login: /^AUTH /i, // RFC 4954 section 4
  addressee: /^RCPT TO: ?<([^<>\s]*)>/i, // RFC 5321 section 4.1.1.3
  logins: [],
  transfersMail: true,
  begins: /^(?:220[ -]|EHLO |HELO )/i,
  createSpeaker: smtpSpeaker,
  farewell: 'QUIT', // RFC 5321 section 4.1.1.10
  // RFC 5321 section 4.1.1, RFC 3207, RFC 4954, RFC 3030, RFC 1985
  commands: [
    'EHLO',
    'HELO',
    'MAIL FROM:',
    'RCPT TO:',
    'DATA',
    'BDAT',
    'RSET',
    'NOOP',
    'VRFY',
    'EXPN',
    'HELP',
    'QUIT',
    'STARTTLS',
    'AUTH',
    'ETRN',
    'XCLIENT',
    'XFORWARD',
  ],
};
