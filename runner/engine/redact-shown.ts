import type { Problem } from '../result.ts';
import type { Redactor } from '../transport/redact.ts';

/** Texts about the server's words are cut at `…`, perhaps within a secret: there, a part of one counts as well. */
export function redactShown(redactor: Redactor, text: string): string {
  const pieces = text.split('…');
  return pieces
    .map((piece, index) => {
      const [, before = '', shown = '', after = ''] = /^("?)(.*?)("? ?)$/su.exec(piece) ?? [];
      let redactedText = '';
      let at = 0;
      for (const range of redactor.find(shown, { start: index > 0, end: index < pieces.length - 1 })) {
        redactedText += shown.slice(at, range.start) + range.shown;
        at = range.end;
      }
      return before + redactedText + shown.slice(at) + after;
    })
    .join('…');
}

export function redactProblem(problem: Problem, redact: (text: string) => string): Problem {
  return {
    ...problem,
    message: redact(problem.message),
    ...(problem.hint !== undefined && { hint: redact(problem.hint) }),
    mismatches: problem.mismatches.map((each) => ({
      ...each,
      expected: redact(each.expected),
      actual: redact(each.actual),
      ...(each.missing && { missing: each.missing.map(redact) }),
      ...(each.extra && { extra: each.extra.map(redact) }),
    })),
  };
}
