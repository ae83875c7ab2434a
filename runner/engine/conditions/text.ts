import { judge } from '../../matchers/match.ts';
import { under } from '../../matchers/path.ts';
import type { Scope, Verdict } from '../../matchers/verdict.ts';
import type { Matcher } from '../../plan.ts';
import { repliesLike } from '../../protocol/protocols.ts';
import type { Reply } from '../../protocol/reply.ts';

const path = under(undefined, 'text');

/** The text's lines, the first also without its response code, and those of a body or of data. */
export function textLines(reply: Reply): readonly string[] {
  const lines = reply.text.split('\n');
  const human = 'responseCode' in reply && reply.responseCode !== undefined ? [behindCode(reply.text)] : [];
  return [...new Set([...lines, ...human.flatMap((text) => text.split('\n')), ...reply.lines])];
}

/** RFC 9051 section 7.1 and RFC 2449 section 8 have brackets, RFC 5804 section 1.3 parentheses; quoted strings may hold any. */
function behindCode(text: string): string {
  return text.replace(/^(?:\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\]|\((?:"(?:[^"\\]|\\.)*"|[^")])*\)) ?/, '');
}

/** An IMAP reply has its untagged responses as well, each as it stands on the wire. */
export function replyLines(reply: Reply): readonly string[] {
  return 'untagged' in reply ? [...reply.untagged.map(({ text }) => `* ${text}`), ...reply.lines] : reply.lines;
}

/** What stands behind the status, or else the whole reply meets it; what must not stand there must stand nowhere in it. */
export function judgeText(matcher: Matcher, reply: Reply, scope: Scope): Verdict {
  const whole = repliesLike(reply).wholeText(reply);
  const own = judge(matcher, reply.text, scope, path);
  if (whole === reply.text || (own.outcome !== 'holds' && matcher.kind === 'not')) return own;
  const wide = judge(matcher, whole, scope, path);
  return own.outcome === 'holds' && matcher.kind !== 'not' ? own : wide;
}
