import { type Served, type StepKind, stepFacts } from '../../steps.ts';
import { readMatcher } from '../matcher.ts';
import { readTexts } from '../read.ts';
import { child } from '../tree.ts';
import type { StepContext } from './context.ts';

/** Steps for which a client may send different octets. */
const chosen: ReadonlySet<StepKind> = new Set(['send', 'message']);

/** `reply` and `client`, which only `mailspec serve` uses. */
export function servedOf(context: StepContext, kind: StepKind): Served | undefined {
  const { step, scope } = context;
  if (!step.entries.has('reply') && !step.entries.has('client')) return undefined;
  const { reply: takes } = stepFacts[kind];
  const allowed = { reply: takes !== 'none' && takes !== 'evidence', client: chosen.has(kind) };
  for (const key of ['reply', 'client'] as const) {
    const entry = step.entries.get(key);
    if (entry === undefined || allowed[key]) continue;
    scope.shared.report({
      code: 'value.invalid',
      message: key === 'reply' ? `"${kind}" reads no reply: it cannot have "reply"` : `"${kind}" cannot have "client"`,
      span: entry.keySpan,
      hint:
        key === 'reply'
          ? 'It belongs to the step that expects the reply'
          : 'It says what a client may send instead of a "send" or a "message"',
    });
  }
  const reply = readTexts(scope, child(step, 'reply'));
  const written = child(step, 'client');
  const client = written && readMatcher(context, written);
  return {
    ...(reply.length > 0 && { reply }),
    ...(client !== undefined && { client }),
  };
}
