import { quote } from '../../matchers/describe.ts';
import type { Scope } from '../../matchers/verdict.ts';
import type { Reply } from '../../protocol/reply.ts';
import type { Fields } from '../../value.ts';
import { visible } from '../../visible.ts';

/** What an expectation is held against: a reply, or what a check saw. */
export interface Subject {
  readonly reply?: Reply;
  readonly evidence?: Fields;
  /** Milliseconds from the last send to the reply's last octet. */
  readonly elapsed?: number;
  readonly scope: Scope;
}

/** Characters of a reply's line in a mismatch, beside a code or a status. */
const longestLine = 200;

/** A reply in one line: its code or status, and its first line of text. */
export function describeReply({ reply }: Subject): string {
  if (reply === undefined) return 'what the check saw';
  const [first = ''] = reply.text.split('\n', 1);
  if ('code' in reply) {
    const more = reply.lines.length > 1 ? ` (and ${reply.lines.length - 1} more)` : '';
    return `${reply.code}${reply.lines.length > 1 ? '-' : ' '}${short(first)}${more}`.trimEnd();
  }
  return 'status' in reply ? `${reply.status} ${short(first)}`.trimEnd() : quote(first);
}

function short(line: string): string {
  return line.length > longestLine ? `${visible(line.slice(0, longestLine))}…` : visible(line);
}
