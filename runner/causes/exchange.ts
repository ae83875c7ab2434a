import { startText } from '../excerpt.ts';
import type { Expected } from '../mismatch.ts';
import type { Problem } from '../result.ts';

type Exchange = Pick<Problem, 'evidence'>;

/** Whether the problem's command, as it was sent, matches. */
export function isCommand({ evidence }: Exchange, pattern: RegExp): boolean {
  const action = evidence?.action;
  return action?.kind === 'command' && pattern.test((action.line ?? action.label).trim());
}

/** Also matches a response to a challenge, of which only a secret's name is shown. */
const login = /^(?:(?:AUTH|AUTHENTICATE|LOGIN|PASS|APOP)\b|«[^«»]+»$)/i;

export function isLogin(problem: Exchange): boolean {
  return isCommand(problem, login) || problem.evidence?.action?.kind === 'challenge';
}

/** The octets before the end of the connection: Courier's BYE. */
export function farewell({ code, mismatches: [first] }: Problem): string {
  return code === 'connection.closed' && first?.actual.kind === 'end' ? startText(first.actual.after?.text ?? '') : '';
}

export function replyText({ evidence }: Exchange): string {
  return startText(evidence?.reply?.text ?? '');
}

/** Whether a reply that accepts was expected. RFC 5321 section 4.2.1: 2yz and 3yz; RFC 9051 section 7.1; RFC 1939 section 3. */
export function isAcceptance(expected: Expected): boolean {
  if (expected.kind === 'positive reply') return true;
  if (expected.kind !== 'condition') return false;
  const { condition } = expected;
  switch (condition.kind) {
    case 'code':
      return condition.codes.every((each) => /^[23]/.test(startText(each)));
    case 'status':
      return condition.statuses.every((each) => /^(?:\+?OK|PREAUTH|\+)$/i.test(startText(each)));
    default:
      return false;
  }
}
