import { inWords } from '../duration.ts';
import { StepFailure } from '../engine/failure.ts';
import { excerptOf } from '../excerpt.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Span } from '../source.ts';
import { visible } from '../visible.ts';
import type { Lack } from './link.ts';

/** The longest text in a headline; the mismatch below shows more. */
const longest = 100;

/** The client sent something else. */
export function otherwise(expected: string, actual: string, span: Span): StepFailure {
  const value = excerptOf(expected);
  return new StepFailure('client.mismatch', `expected the client to send ${quote(expected)}, got ${quote(actual)}`, {
    span,
    mismatches: [
      {
        path: '',
        expected: { kind: 'matcher', matcher: { kind: 'equals', value } },
        actual: { kind: 'octets', text: actual },
      },
    ],
    hint: 'Write "client" on the step where other lines are right as well',
  });
}

/** The client's text does not match. */
export function unmet(actual: string, mismatches: readonly Mismatch[], span: Span): StepFailure {
  return new StepFailure('client.mismatch', `the client sent ${quote(actual)}, which "client" does not match`, {
    span,
    mismatches,
  });
}

/** The client sent nothing, or too much. */
export function lacking(lack: Lack, expected: string, patience: number, span: Span): StepFailure {
  const wanted = `expected the client to send ${quote(expected)}`;
  switch (lack) {
    case 'closed':
      return new StepFailure('client.closed', `${wanted}, and it closed the connection`, { span });
    case 'late':
      return new StepFailure('client.timeout', `${wanted}, and nothing came within ${inWords(patience)}`, { span });
    case 'too long':
      return new StepFailure('client.mismatch', `${wanted}, and what it sent has no end`, { span });
  }
}

export function quote(text: string): string {
  const shown = visible(text.replace(/(?:\r\n)+$/, ''));
  return shown.length > longest ? `"${shown.slice(0, longest)}…"` : `"${shown}"`;
}
