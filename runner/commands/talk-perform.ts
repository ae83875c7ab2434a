import type { Did } from '../authoring/exchange.ts';
import { advertisedIn } from '../talk/completion.ts';
import type { TalkState } from './talk-state.ts';

/** Does it, shows what comes, and keeps both for the scenario. What the server said unasked before stands before it. */
export async function perform(state: TalkState, did: Did): Promise<void> {
  const { talk, exchanges, display } = state;
  const before = talk.unasked();
  if (before.came.length > 0) {
    exchanges.push({ did: { kind: 'wait' }, came: before.came });
    state.tell(before);
  }
  if (!talk.isOpen) {
    display.finding('The connection is closed; ".reconnect" opens a new one');
    state.failed = true;
    return;
  }
  const isTyped = did.kind === 'line' || did.kind === 'raw';
  const shown = display.showSent;
  if (!isTyped) display.showSent = true;
  const answer = await talk.perform(did);
  display.showSent = shown;
  exchanges.push({ did, came: answer.came });
  state.advertised = advertisedIn(answer.came, state.advertised);
  state.tell(answer);
}
