import { startText } from '../excerpt.ts';
import type { Step } from '../steps.ts';
import type { Context } from './context.ts';
import { type Defended, defenseIn } from './defenses.ts';
import type { StepFailure } from './failure.ts';
import type { Session } from './session.ts';

/** Commands that a greylist may defer. */
const deferrable = /^(?:RCPT|DATA|BDAT|\.)/i;

/** The defense that kept the scenario from going on, unless the scenario provokes that defense. */
export function defendedIn(
  failure: StepFailure,
  step: Step | undefined,
  { scenario, sessions }: Context,
): Defended | undefined {
  const { reply, wordless, afterTls } = failure;
  const own = step && 'of' in step && typeof step.of === 'object' ? step.of : undefined;
  const target = own ?? (step && scenario.connections.get(step.on));
  // Before a first connection is greeted, the scenario has provoked nothing: others count, or ones that have ended.
  const isFirst = sessions.size === 1 && sessions.get(step?.on ?? '')?.lastAction?.kind === 'greeting';
  if (target === undefined || (scenario.provokes.includes('rate-limit') && !isFirst)) return undefined;
  if (afterTls) return { defense: 'limit', target, afterTls };
  if (scenario.provokes.length === 0 && isEndAtLogin(failure, sessions.get(step?.on ?? '')))
    return { defense: 'limit', target, atLogin: true };
  const unsaid = wordless ? ({ defense: 'limit', target, ungreeted: true } as const) : undefined;
  if (reply === undefined) return unsaid;
  const action = sessions.get(step?.on ?? '')?.lastAction;
  const isDeferrable =
    action?.kind === 'message' ||
    action?.kind === 'chunk' ||
    (action?.kind === 'command' && deferrable.test(action.line ?? action.label));
  const defense = defenseIn(reply, isDeferrable);
  if (defense === undefined) return unsaid;
  const said = `${reply.status} ${startText(reply.text)}`;
  // A check reads nothing but the greeting before it starts TLS.
  return defense === 'limit'
    ? { defense, target, said, ungreeted: action === undefined || action.kind === 'greeting' }
    : { defense, target, said };
}

/** Whether the server ended the connection, without a word, instead of replying to a login. */
function isEndAtLogin({ code, mismatches }: StepFailure, session: Session | undefined): boolean {
  const isWordless = mismatches.every(({ actual }) => actual.kind === 'end' && actual.after === undefined);
  return code === 'connection.closed' && isWordless && session?.loggingIn === true && session.owed > 0;
}
