import { type Finding, finding } from '../protocol/findings.ts';
import type { ReplyParser } from '../protocol/reply.ts';

/**
 * Empties a parser that gets no more input: the remaining octets, and the violations in a reply among them that does
 * not end.
 */
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
