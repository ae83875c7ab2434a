import { judge } from '../../matchers/match.ts';
import { under } from '../../matchers/path.ts';
import type { Scope, Verdict } from '../../matchers/verdict.ts';
import type { Matcher } from '../../plan.ts';
import { repliesLike } from '../../protocol/protocols.ts';
import type { Reply } from '../../protocol/reply.ts';

const path = under(undefined, 'text');

/** The lines of the text, the first one also without its response code, and the lines of a body or data. */
export function textLines(reply: Reply): readonly string[] {
  const lines = reply.text.split('\n');
  const human = 'responseCode' in reply && reply.responseCode !== undefined ? [behindCode(reply.text)] : [];
  return [...new Set([...lines, ...human.flatMap((text) => text.split('\n')), ...reply.lines])];
}

/**
 * Response codes are in brackets (RFC 9051 section 7.1, RFC 2449 section 8) or parentheses (RFC 5804 section 1.3);
 * quoted strings may contain either.
 */
function behindCode(text: string): string {
  return text.replace(/^(?:\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\]|\((?:"(?:[^"\\]|\\.)*"|[^")])*\)) ?/, '');
}

/** The lines of a reply. For IMAP they include the untagged responses, as they were sent. */
export function replyLines(reply: Reply): readonly string[] {
  return 'untagged' in reply ? [...reply.untagged.map(({ text }) => `* ${text}`), ...reply.lines] : reply.lines;
}

/** A text matcher is met by the text after the status, or else by the whole reply. A negation must be met by both. */
export function judgeText(matcher: Matcher, reply: Reply, scope: Scope): Verdict {
  const whole = repliesLike(reply).wholeText(reply);
  const own = judge(matcher, reply.text, scope, path);
  if (whole === reply.text || (own.outcome !== 'holds' && matcher.kind === 'not')) return own;
  const wide = judge(matcher, whole, scope, path);
  return own.outcome === 'holds' && matcher.kind !== 'not' ? own : wide;
}
