import { createLineParser } from '../line.ts';
import type { Protocol } from '../protocol.ts';
import type { LineReply } from '../reply.ts';

/** Services that speak in lines, and of which nothing else is known. */
export const line: Protocol<LineReply> = {
  title: 'a line-based service',
  schemes: { tcp: { implicitTls: false }, tls: { implicitTls: true } },
  // Some do: none is waited for.
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
