import { judge } from '../../matchers/match.ts';
import { under } from '../../matchers/path.ts';
import { judgeField } from '../../matchers/record.ts';
import { fillingFrom, mapCondition } from '../../matchers/texts.ts';
import { differing, held, type Judge, type Verdict } from '../../matchers/verdict.ts';
import type { Actual } from '../../mismatch.ts';
import type { Condition } from '../../plan.ts';
import { repliesLike } from '../../protocol/protocols.ts';
import type { Reply } from '../../protocol/reply.ts';
import { placeOf } from '../../source.ts';
import { beginsWith } from './begins.ts';
import { actualLines, judgeLines } from './lines.ts';
import { judgeOffer, offerNames } from './offers.ts';
import { judgeResponseCode } from './response-code.ts';
import { meetsCode, meetsEnhanced, meetsStatus } from './status.ts';
import { actualReply, type Subject } from './subject.ts';
import { judgeText, replyLines, textLines } from './text.ts';
import { judgeUntagged } from './untagged.ts';

/** Conditions that do not contain expectations. */
type PlainCondition = Exclude<Condition, { kind: 'one_of' | 'not' }>;

type Kind = PlainCondition['kind'];

/** A condition of one kind, written so that the compiler accepts a table's row for it. */
type ConditionOf<K extends Kind> = {
  readonly [P in K]: Extract<PlainCondition, { kind: P }> & { readonly kind: P };
}[K];

type Judgement<C extends Condition> = (condition: C, subject: Subject) => Verdict;

type Table = { readonly [K in Kind]: Judgement<ConditionOf<K>> };

const offer: Judgement<Extract<Condition, { kind: 'extension' | 'capability' }>> = onReply(
  (condition, reply, subject) => {
    const { kind, span } = condition;
    const { advertises } = repliesLike(reply);
    const offers = advertises?.kind === kind ? advertises.of(reply) : undefined;
    if (offers) return judgeOffer(condition, offers, subject.scope);
    return differing(() => ({
      path: offerNames[kind],
      expected: { kind: 'offers', of: kind },
      actual: actualReply(subject),
      place: placeOf(span),
    }));
  },
);

const linesPath = under(undefined, 'lines');
const rawPath = under(undefined, 'raw');

const table: Table = {
  code: onReply((condition, reply, subject) =>
    meetsCode(condition, reply, subject.scope) ? held : unmet(condition, subject, 'code'),
  ),
  enhanced: onReply((condition, reply, subject) =>
    meetsEnhanced(condition, reply, subject.scope)
      ? held
      : unmet(condition, subject, 'enhanced', () => actualEnhanced(reply, subject)),
  ),
  status: onReply((condition, reply, subject) =>
    meetsStatus(condition, reply, subject.scope) ? held : unmet(condition, subject, 'status'),
  ),
  response_code: onReply((condition, reply, { scope }) => judgeResponseCode(condition, reply, scope)),
  begins: onReply((condition, reply, subject) => {
    const text = subject.scope.expand(condition.text);
    const lines = textLines(reply);
    return lines.some((line) => beginsWith(line, text))
      ? held
      : unmet(condition, subject, 'text', () => actualLines(lines));
  }),
  text: onReply(({ matcher }, reply, { scope }) => judgeText(matcher, reply, scope)),
  raw: onReply(({ matcher }, reply, { scope }) => judge(matcher, reply.raw.toString('latin1'), scope, rawPath)),
  extension: offer,
  capability: offer,
  untagged: onReply((condition, reply, subject) =>
    'untagged' in reply
      ? judgeUntagged(condition, reply.untagged, subject.scope)
      : unmet(condition, subject, 'untagged'),
  ),
  lines: onReply((condition, reply, { scope }) => judgeLines(condition, replyLines(reply), scope)),
  lines_value: onReply(({ matcher }, reply, { scope }) => judge(matcher, replyLines(reply), scope, linesPath)),
  within(condition, subject) {
    const ms = wholeMilliseconds(subject);
    return ms <= condition.ms ? held : unmet(condition, subject, 'within', () => ({ kind: 'elapsed', ms }));
  },
  after(condition, subject) {
    const ms = wholeMilliseconds(subject);
    return ms >= condition.ms ? held : unmet(condition, subject, 'after', () => ({ kind: 'elapsed', ms }));
  },
  field({ name, matcher }, { evidence, scope }) {
    const inner: Judge = (each, value, path) => judge(each, value, scope, path);
    return judgeField(name, matcher, evidence ?? {}, undefined, inner);
  },
};

export function judgePlain<K extends Kind>(condition: ConditionOf<K>, subject: Subject): Verdict {
  return table[condition.kind](condition, subject);
}

function onReply<C extends PlainCondition>(
  judgeReply: (condition: C, reply: Reply, subject: Subject) => Verdict,
): Judgement<C> {
  return (condition, subject) =>
    subject.reply ? judgeReply(condition, subject.reply, subject) : unmet(condition, subject, '');
}

function unmet(
  condition: PlainCondition,
  subject: Subject,
  path: string,
  actual: () => Actual = () => actualReply(subject),
): Verdict {
  return differing(() => ({
    path,
    expected: { kind: 'condition', condition: mapCondition(condition, fillingFrom(subject.scope)) },
    actual: actual(),
    place: placeOf(condition.span),
  }));
}

function actualEnhanced(reply: Reply, subject: Subject): Actual {
  const code = 'enhanced' in reply ? reply.enhanced : undefined;
  return code === undefined
    ? { kind: 'no enhanced code', reply: actualReply(subject) }
    : { kind: 'enhanced code', code };
}

/** Timers are not more precise than that, so nothing more is reported. */
function wholeMilliseconds({ elapsed = 0 }: Subject): number {
  return Math.round(elapsed);
}
