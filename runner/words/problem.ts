import { defined } from '../defined.ts';
import { inWords } from '../duration.ts';
import type { Note, Problem, Reason, TranscriptLine, Unmet, Warning } from '../result.ts';
import { actualWords } from './actual.ts';
import { differenceWords, headlineWords } from './headline.ts';

/** What went wrong, in one line: `RCPT TO:<a!b@c>: expected 4xx or 5xx, got 250 2.1.5 Ok`. */
export function problemWords(problem: Pick<Problem, 'headline'> & Partial<Problem>): string {
  const { headline, mismatches = [], evidence } = problem;
  return headlineWords(headline, { mismatches, ...defined({ reply: evidence?.reply }) });
}

/** The expectation that the server did not meet. */
function unmetWords({ headline, mismatch, reply }: Unmet): string {
  const difference = { mismatches: mismatch === undefined ? [] : [mismatch], ...defined({ reply }) };
  const words = headlineWords(headline, difference);
  if (headline.kind === 'violation' && mismatch !== undefined) return `${words}: ${actualWords(mismatch)}`;
  return headline.kind === 'message' && mismatch !== undefined ? `${words}: ${differenceWords(difference)}` : words;
}

/** A warning as a sentence. */
export function warningWords(warning: Warning): string {
  switch (warning.kind) {
    case 'unmet':
      return unmetWords(warning);
    case 'cleanup':
      return `cleanup failed too: ${unmetWords(warning)}`;
    case 'resolved':
      return `no longer an issue: "${warning.issue}"`;
    case 'slow login':
      return `the server ${warning.server} took ${inWords(warning.took)} to accept a login: it slows down logins from this address, as servers do after failed ones`;
    case 'message':
      return warning.message;
  }
}

/** Why a scenario was skipped, blocked or not run, or why its failure is known, as a phrase. */
export function reasonWords(reason: Reason): string {
  return typeof reason === 'string' ? reason : unmetWords(reason);
}

/** The text of a transcript line: the octets as characters, or the note as a phrase. */
export function lineWords(line: TranscriptLine): string {
  return line.from === 'note' ? noteWords(line.note) : line.text;
}

export function noteWords(note: Note): string {
  switch (note.kind) {
    case 'text':
    case 'encrypted':
      return note.text;
    case 'line': {
      const { label, text } = note;
      return `${label}${typeof text === 'string' ? text : `${text.start}… (${text.length} characters)`}`;
    }
    case 'connected':
      return `connected to ${note.remote}`;
    case 'retry':
      return `not yet: ${headlineWords(note.after)}; trying again in ${inWords(note.pause)}`;
    case 'impatient':
      return `waiting ${inWords(note.left)} instead of ${inWords(note.within)}: nothing that was sent through ${note.way.through}${note.way.to === undefined ? '' : ` to ${note.way.to}`} has arrived so far`;
  }
}
