import { createLineParser } from '../line.ts';
import type { Protocol } from '../protocol.ts';
import type { LineReply } from '../reply.ts';

/** Any service that sends lines. Nothing else is known about it. */
export const line: Protocol<LineReply> = {
  title: 'a line-based service',
  findings: ['tls'],
  schemes: { tcp: { implicitTls: false }, tls: { implicitTls: true } },
  // Some do, but a greeting is not waited for.
  greets: false,
  createParser: createLineParser,
  replies: {
    noun: 'a line',
    status: { form: 'none' },
    untagged: false,
    framedBy: 'expectation',
    isPositive: () => true,
    asksForMore: () => false,
    wholeText: ({ text }) => text,
  },
  continuation: 'sasl',
  logins: [],
  transfersMail: false,
};
