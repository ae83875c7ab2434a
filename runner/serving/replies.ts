import type { Expectation, Text } from '../plan.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { type Answered, crlf } from '../protocol/serving/serving.ts';
import type { Step } from '../steps.ts';
import { partsOf, usualReply } from './parts.ts';

export interface Reply {
  /** The delay before it, in milliseconds. */
  readonly delay: number;
  /** Tags differ between the engine and the client. */
  text(answered: Answered): string;
}

/** The author's reply, or the one that the expectation describes. */
export function replyFor(
  step: Step,
  expectation: Expectation,
  { serving }: Protocol,
  fill: (text: Text) => string,
): Reply {
  const isFinal = step.expect === undefined || expectation === step.expect;
  const own = isFinal ? step.served?.reply : undefined;
  const made = partsOf(expectation, fill);
  const delay = 'unclear' in made ? 0 : made.delay;
  if (own !== undefined) {
    const lines = own.flatMap((text) =>
      fill(text)
        .replace(/\r?\n$/, '')
        .split(/\r?\n/),
    );
    return { delay, text: (to) => crlf(serving.written(lines, to)) };
  }
  const framing = expectation.kind === 'reply' ? expectation.framing : undefined;
  const frame =
    framing === undefined
      ? {}
      : { framing: framing.ends === 'dot' ? framing : { ...framing, line: fill(framing.line) } };
  if (!('unclear' in made) && made.raw !== undefined) {
    const { raw } = made;
    return { delay, text: () => raw };
  }
  const parts = 'unclear' in made ? usualReply : made.parts;
  return { delay, text: (to) => serving.reply(parts, { ...to, ...frame }) };
}
