import type { Scope } from '../../matchers/verdict.ts';
import type { Actual, ReplyLine } from '../../mismatch.ts';
import type { Reply } from '../../protocol/reply.ts';
import type { Fields } from '../../value.ts';

/** What an expectation is compared with: a reply, or a check's result. */
export interface Subject {
  readonly reply?: Reply;
  readonly evidence?: Fields;
  /** Milliseconds from the last send to the reply's last octet. */
  readonly elapsed?: number;
  readonly scope: Scope;
}

/** A reply in one line, if it has a code or a status. */
export function firstLine(reply: Reply): ReplyLine | undefined {
  const actual = actualReply({ reply });
  return actual.kind === 'reply' ? actual : undefined;
}

/** A reply in one line: its code or status, and its first line of text. */
export function actualReply({ reply }: Pick<Subject, 'reply'>): Actual {
  if (reply === undefined) return { kind: 'evidence' };
  const [text = ''] = reply.text.split('\n', 1);
  if ('code' in reply) return { kind: 'reply', status: String(reply.code), text, more: reply.lines.length - 1 };
  return 'status' in reply ? { kind: 'reply', status: reply.status, text, more: 0 } : { kind: 'value', value: text };
}
