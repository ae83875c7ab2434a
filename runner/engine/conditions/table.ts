import { describeDuration, describeMatcher, quote } from '../../matchers/describe.ts';
import { judge } from '../../matchers/match.ts';
import { judgeField } from '../../matchers/record.ts';
import { differing, held, type Judge, type Scope, type Verdict } from '../../matchers/verdict.ts';
import type { Condition } from '../../plan.ts';
import { repliesLike } from '../../protocol/protocols.ts';
import type { Reply } from '../../protocol/reply.ts';
import { beginsWith } from './begins.ts';
import { describeLines, describeLinesCondition, judgeLines } from './lines.ts';
import { describeOffer, judgeOffer, offerNames, offerReplies } from './offers.ts';
import { judgeResponseCode } from './response-code.ts';
import { describeAlternatives, meetsCode, meetsEnhanced, meetsStatus } from './status.ts';
import { describeReply, type Subject } from './subject.ts';
import { judgeText, replyLines, textLines } from './text.ts';
import { describeUntagged, judgeUntagged } from './untagged.ts';

/** The conditions that hold no expectations themselves. */
export type PlainCondition = Exclude<Condition, { kind: 'one_of' | 'not' }>;

interface Row<C extends Condition> {
  readonly judge: (condition: C, subject: Subject) => Verdict;
  /** In words that stand after "expected". */
  readonly describe: (condition: C, scope: Scope) => string;
}

type Table = { readonly [Kind in PlainCondition['kind']]: Row<Extract<Condition, { kind: Kind }>> };

const offer: Row<Extract<Condition, { kind: 'extension' | 'capability' }>> = {
  judge: onReply((condition, reply, subject) => {
    const { kind, span } = condition;
    const { advertises } = repliesLike(reply);
    const offers = advertises?.kind === kind ? advertises.of(reply) : undefined;
    if (offers) return judgeOffer(condition, offers, subject.scope);
    return differing({ path: offerNames[kind], expected: offerReplies[kind], actual: describeReply(subject), span });
  }),
  describe: describeOffer,
};

const table: Table = {
  code: {
    judge: onReply((condition, reply, subject) =>
      meetsCode(condition, reply, subject.scope) ? held : unmet(condition, subject, 'code', describeReply(subject)),
    ),
    describe: ({ codes }, scope) => describeAlternatives(codes, scope),
  },
  enhanced: {
    judge: onReply((condition, reply, subject) => {
      if (meetsEnhanced(condition, reply, subject.scope)) return held;
      const actual = 'enhanced' in reply ? reply.enhanced : undefined;
      return unmet(condition, subject, 'enhanced', actual ?? `no enhanced status code: ${describeReply(subject)}`);
    }),
    describe: ({ codes }, scope) => describeAlternatives(codes, scope),
  },
  status: {
    judge: onReply((condition, reply, subject) =>
      meetsStatus(condition, reply, subject.scope) ? held : unmet(condition, subject, 'status', describeReply(subject)),
    ),
    describe: ({ statuses }, scope) => describeAlternatives(statuses, scope),
  },
  response_code: {
    judge: onReply((condition, reply, { scope }) => judgeResponseCode(condition, reply, scope)),
    describe: ({ matcher }, scope) => `the response code ${describeMatcher(matcher, scope)}`,
  },
  begins: {
    judge: onReply((condition, reply, subject) => {
      const text = subject.scope.expand(condition.text);
      const lines = textLines(reply);
      return lines.some((line) => beginsWith(line, text))
        ? held
        : unmet(condition, subject, 'text', describeLines(lines));
    }),
    describe: ({ text }, scope) => `a line that begins with ${quote(scope.expand(text))}`,
  },
  text: {
    judge: onReply(({ matcher }, reply, { scope }) => judgeText(matcher, reply, scope)),
    describe: ({ matcher }, scope) => describeMatcher(matcher, scope),
  },
  extension: offer,
  capability: offer,
  untagged: {
    judge: onReply((condition, reply, subject) =>
      'untagged' in reply
        ? judgeUntagged(condition, reply.untagged, subject.scope)
        : unmet(condition, subject, 'untagged', describeReply(subject)),
    ),
    describe: ({ want }, scope) => want.map((entry) => describeUntagged(entry, scope)).join(' and '),
  },
  lines: {
    judge: onReply((condition, reply, { scope }) => judgeLines(condition, replyLines(reply), scope)),
    describe: describeLinesCondition,
  },
  lines_value: {
    judge: onReply(({ matcher }, reply, { scope }) => judge(matcher, replyLines(reply), scope, 'lines')),
    describe: ({ matcher }, scope) => `lines: ${describeMatcher(matcher, scope)}`,
  },
  within: {
    judge(condition, subject) {
      const elapsed = wholeMilliseconds(subject);
      return elapsed <= condition.ms ? held : unmet(condition, subject, 'within', `after ${describeDuration(elapsed)}`);
    },
    describe: ({ ms }) => `within ${describeDuration(ms)}`,
  },
  after: {
    judge(condition, subject) {
      const elapsed = wholeMilliseconds(subject);
      return elapsed >= condition.ms ? held : unmet(condition, subject, 'after', `after ${describeDuration(elapsed)}`);
    },
    describe: ({ ms }) => `no sooner than after ${describeDuration(ms)}`,
  },
  field: {
    judge({ name, matcher }, { evidence, scope }) {
      const inner: Judge = (each, value, path) => judge(each, value, scope, path);
      return judgeField(name, matcher, evidence ?? {}, '', inner);
    },
    describe: ({ name, matcher }, scope) => `${name}: ${describeMatcher(matcher, scope)}`,
  },
};

export function judgePlain(condition: PlainCondition, subject: Subject): Verdict {
  return rowOf(condition).judge(condition, subject);
}

export function describePlain(condition: PlainCondition, scope: Scope): string {
  return rowOf(condition).describe(condition, scope);
}

/** The row's own kind is the condition's: the table's type says so. */
function rowOf(condition: PlainCondition): Row<PlainCondition> {
  return table[condition.kind] as unknown as Row<PlainCondition>;
}

function onReply<C extends PlainCondition>(
  judgeReply: (condition: C, reply: Reply, subject: Subject) => Verdict,
): (condition: C, subject: Subject) => Verdict {
  return (condition, subject) =>
    subject.reply
      ? judgeReply(condition, subject.reply, subject)
      : unmet(condition, subject, '', describeReply(subject));
}

function unmet(condition: PlainCondition, { scope }: Subject, path: string, actual: string): Verdict {
  return differing({ path, expected: describePlain(condition, scope), actual, span: condition.span });
}

/** Timers are not more exact than that, and nobody is told more. */
function wholeMilliseconds({ elapsed = 0 }: Subject): number {
  return Math.round(elapsed);
}
