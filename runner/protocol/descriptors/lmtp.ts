import type { Protocol } from '../protocol.ts';
import { createRecipients } from '../recipients.ts';
import type { SmtpReply } from '../reply.ts';
import { smtp } from './smtp.ts';

/** RFC 2033: SMTP with LHLO, and with one reply to a message for each recipient. */
export const lmtp: Protocol<SmtpReply> = {
  ...smtp,
  title: 'LMTP',
  findings: ['smtp', 'lmtp', 'tls'],
  schemes: { lmtp: { implicitTls: false, port: 24 } },
  hello: 'LHLO',
  begins: /^LHLO /i,
  commands: ['LHLO', ...(smtp.commands ?? []).filter((command) => !/^(?:EHLO|HELO)$/.test(command))],
  replies: { ...smtp.replies, noun: 'an LMTP reply' },
  createRecipients,
};
