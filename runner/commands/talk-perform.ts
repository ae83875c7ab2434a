import { conceal } from '../authoring/conceal.ts';
import { decodeResponse } from '../authoring/credentials.ts';
import type { Did } from '../authoring/exchange.ts';
import { isEnd } from '../authoring/expectation.ts';
import { advertisedIn } from '../talk/completion.ts';
import type { TalkState } from './talk-state.ts';

/** Performs an action, shows the reply, and keeps both for the scenario. What the server sent unasked comes first. */
export async function perform(state: TalkState, did: Did): Promise<void> {
  const { talk, exchanges, display } = state;
  const before = talk.unasked();
  if (before.came.length > 0) {
    exchanges.push({ did: { kind: 'wait' }, came: before.came });
    state.tell(before);
  }
  if (!talk.isOpen) return tellClosed(state);
  if (did.kind === 'line' && asksForPassword.test(state.prompt) && did.text !== '') {
    const { prompted } = state;
    if (!prompted.has(did.text))
      prompted.set(did.text, prompted.size === 0 ? 'password' : `password_${prompted.size + 1}`);
    state.hide(did.text);
  }
  for (const secret of secretsIn(did, state)) state.hide(secret);
  const isTyped = did.kind === 'line' || did.kind === 'raw';
  const shown = display.showSent;
  if (!isTyped) display.showSent = true;
  const answer = await talk.perform(did);
  display.showSent = shown;
  exchanges.push({ did, came: answer.came });
  state.advertised = advertisedIn(answer.came, state.advertised);
  state.tell(answer);
  // The server had closed the connection, or closed it instead of replying.
  if (answer.failure === undefined && answer.came.every((each) => isEnd(each)) && answer.came.length > 0)
    tellClosed(state);
}

/** A line service has no commands by which a password could be recognized. */
const asksForPassword = /\b(?:password|passphrase|passwd|pin)\b[^:?]*[:?]\s*$/i;

function tellClosed(state: TalkState): void {
  state.display.finding('The connection is closed; ".reconnect" opens a new one');
  state.failed = true;
}

/** The most exchanges of a login. */
const longestLogin = 5;

/** The passwords in a line as it was typed, or piped and therefore shown. */
function secretsIn(did: Did, { exchanges, protocol }: TalkState): Iterable<string> {
  const asked = exchanges.at(-1)?.came.at(-1);
  const challenge = asked === undefined || isEnd(asked) ? undefined : protocol.sasl?.challenge(asked);
  // The first response of LOGIN is the user.
  if (challenge !== undefined && /^user/i.test(decodeResponse(challenge) ?? '')) return [];
  return conceal([...exchanges.slice(-longestLogin), { did, came: [] }], protocol).secrets.keys();
}
