import { type Finding, finding } from '../protocol/findings.ts';
import type { ReplyParser } from '../protocol/reply.ts';

/** Takes everything out of a parser that gets nothing more: the octets, and what is wrong with a reply among them that has no end. */
export function drainEnd(parser: ReplyParser): { readonly rest: Buffer; readonly findings: readonly Finding[] } {
  const { incomplete, lacking } = parser;
  const rest = parser.drain();
  if (incomplete === undefined) return { rest, findings: [] };
  const message =
    lacking === undefined
      ? 'the server began a reply and never ended it'
      : `a literal of ${lacking.announced} octets was announced, ${lacking.came} came`;
  return { rest, findings: [finding(incomplete.name, message, rest.subarray(rest.length - incomplete.octets))] };
}
