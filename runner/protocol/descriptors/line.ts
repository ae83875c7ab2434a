import { createLineParser } from '../line.ts';
import type { Protocol } from '../protocol.ts';
import type { LineReply } from '../reply.ts';
import { lineServing } from '../serving/line.ts';

/** Any service that sends lines. Nothing else is known about the protocol. */
export const line: Protocol<LineReply> = {
  title: 'a line-based service',
  findings: ['tls'],
  schemes: { tcp: { implicitTls: false }, tls: { implicitTls: true } },
  // Some services greet, but nothing waits for it.
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
  serving: lineServing,
  continuation: 'sasl',
  logins: [],
  transfersMail: false,
};
