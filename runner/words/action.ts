import type { Action } from '../headline.ts';
import { visible } from '../visible.ts';
import { cutText } from './text.ts';

/** The longest command in a headline, which also has to show the reply. */
const longestLine = 100;

/** The action at the beginning of a headline: a command as it was sent. */
export function actionTitle(action: Action): string {
  switch (action.kind) {
    case 'greeting':
      return 'greeting';
    case 'command':
      return cutText(visible((action.line ?? action.label).trimEnd()), longestLine);
    case 'message': {
      const { recipient } = action;
      return recipient === undefined ? 'message' : `message for recipient ${recipient.at} of ${recipient.of}`;
    }
    case 'chunk':
      return action.at === undefined ? 'last BDAT chunk' : `BDAT chunk at octet ${action.at}`;
    case 'challenge':
      return `answer to the challenge of ${action.mechanism}`;
    case 'handshake':
      return 'TLS handshake';
    case 'capabilities':
      return 'capabilities after TLS';
  }
}

/** What answers an action, without an article: the greeting is not a reply to anything. */
export function answerWords(action: Action): string {
  switch (action.kind) {
    case 'greeting':
    case 'capabilities':
      return actionTitle(action);
    default:
      return 'reply';
  }
}
