import { inWords } from '../duration.ts';
import type { Headline } from '../headline.ts';
import { many } from '../phrase.ts';
import type { Note, Problem, Reason, TranscriptLine, Unmet, Warning } from '../result.ts';
import { actionWords, answerTitle, answerWords } from './action.ts';
import { actualWords } from './actual.ts';
import { expectationWords } from './condition.ts';
import { expectedWords } from './expected.ts';

/** What went wrong, in a line: `reply to "AUTH PLAIN" does not match`. */
export function problemWords({ headline }: Pick<Problem, 'headline'>): string {
  return headlineWords(headline);
}

function headlineWords(headline: Headline): string {
  switch (headline.kind) {
    case 'message':
      return headline.message;
    case 'mismatch': {
      const { of } = headline;
      return of.kind === 'check' ? `what "${of.label}" saw does not match` : `${answerTitle(of)} does not match`;
    }
    case 'nothing to capture': {
      const { of } = headline;
      return of.kind === 'check'
        ? `nothing to capture in what "${of.label}" saw`
        : `${answerTitle(of)} has nothing to capture`;
    }
    case 'not positive':
      return `${answerTitle(headline.after)} is not positive`;
    case 'no reply':
      return `no ${answerWords(headline.after)}`;
    case 'closed':
      return `the server closed the connection where the ${answerWords(headline.after)} was due`;
    case 'late reply':
      return `no complete ${answerWords(headline.after)} within ${inWords(headline.within)}`;
    case 'not taken':
      return `the server did not take ${actionWords(headline.after)} within ${inWords(headline.within)}`;
    case 'over limit':
      return `the ${answerWords(headline.after)} is over a limit: ${headline.reason}`;
    case 'violation':
      return `the ${answerWords(headline.after)} breaks the protocol: ${headline.reason}`;
    case 'unexpected': {
      const came = headline.came === 'reply' ? 'a reply' : 'something';
      return `the server sent ${came} where ${expectationWords(headline.expected)} was expected`;
    }
    case 'unusable connection': {
      const name = headline.connection === '' ? '' : ` "${headline.connection}"`;
      return `Cannot use the connection${name}: ${headlineWords(headline.why)}`;
    }
    case 'tried': {
      const { times, within, last } = headline;
      return `${headlineWords(last)} (tried ${times === 1 ? 'once' : many(times, 'time')} within ${inWords(within)})`;
    }
  }
}

/** What the server did not do, and the first thing that differs. */
function unmetWords({ headline, mismatch }: Unmet): string {
  const difference =
    mismatch === undefined ? '' : `: expected ${expectedWords(mismatch.expected)}, got ${actualWords(mismatch)}`;
  return `${headlineWords(headline)}${difference}`;
}

export function warningWords(warning: Warning): string {
  switch (warning.kind) {
    case 'unmet':
      return unmetWords(warning);
    case 'cleanup':
      return `cleanup failed too: ${headlineWords(warning.headline)}`;
    case 'resolved':
      return `no longer an issue: "${warning.issue}"`;
    case 'slow login':
      return `the server ${warning.server} took ${inWords(warning.took)} to accept a login: it slows down logins from this address, as servers do after failed ones`;
    case 'message':
      return warning.message;
  }
}

/** Why a scenario was skipped, not run, or is known. */
export function reasonWords(reason: Reason): string {
  return typeof reason === 'string' ? reason : unmetWords(reason);
}

/** What a line of a transcript says. */
export function lineWords(line: TranscriptLine): string {
  return line.from === 'note' ? noteWords(line.note) : line.text;
}

export function noteWords(note: Note): string {
  switch (note.kind) {
    case 'text':
      return note.text;
    case 'line': {
      const { label, text } = note;
      return `${label}${typeof text === 'string' ? text : `${text.start}… (${text.length} characters)`}`;
    }
    case 'connected':
      return `connected to ${note.remote}`;
    case 'retry':
      return `not yet: ${headlineWords(note.after)}; trying again in ${inWords(note.pause)}`;
  }
}
