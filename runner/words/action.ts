import type { Action } from '../headline.ts';

/** What was done, as it stands after "reply to". */
export function actionWords(action: Action): string {
  switch (action.kind) {
    case 'greeting':
      return 'the greeting';
    case 'command':
      return `"${action.label}"`;
    case 'message':
      return 'the message';
    case 'chunk':
      return action.at === undefined ? 'the last BDAT chunk' : `the BDAT chunk at octet ${action.at}`;
    case 'challenge':
      return `the answer to the challenge of ${action.mechanism}`;
    case 'handshake':
      return 'the TLS handshake';
    case 'capabilities':
      return 'the capabilities after TLS';
  }
}

/** What comes next, without an article: the greeting is no reply to anything. */
export function answerWords(action: Action): string {
  switch (action.kind) {
    case 'greeting':
      return 'greeting';
    case 'capabilities':
      return 'capabilities after TLS';
    default:
      return `reply to ${actionWords(action)}`;
  }
}

/** The same as the beginning of a message. */
export function answerTitle(action: Action): string {
  return action.kind === 'greeting' || action.kind === 'capabilities' ? actionWords(action) : answerWords(action);
}
