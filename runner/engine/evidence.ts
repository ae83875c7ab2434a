import { defined } from '../defined.ts';
import type { Evidence } from '../evidence.ts';
import { actionIn } from '../headline.ts';
import type { Target } from '../plan.ts';
import { schemeOf } from '../protocol/server-url.ts';
import type { Step } from '../steps.ts';
import { factsOf } from '../steps.ts';
import { type Context, labelOf } from './context.ts';
import type { StepFailure } from './failure.ts';

/** What a failure is about: the server, the command, the reply. `undefined` if no server is involved. */
export function evidenceOf(failure: StepFailure, step: Step | undefined, context: Context): Evidence | undefined {
  const { reply, fault, headline } = failure;
  const target = step && targetOf(step, context);
  const session = step && !isCheck(step) ? context.sessions.get(step.on) : undefined;
  const evidence: Evidence = defined({
    server: target?.label,
    protocol: target && schemeOf(typeof target.url === 'string' ? target.url : String(target.url.parts[0]))?.scheme,
    // The connections of `eventually` are closed after its last attempt.
    action: session?.lastAction ?? actionIn(headline),
    reply,
    fault,
    check: step && isCheck(step) ? { step: step.kind, label: labelOf(context, step) } : undefined,
    tries: headline.kind === 'tried' ? headline.times : undefined,
  });
  return Object.keys(evidence).length === 0 ? undefined : evidence;
}

/** The server that a step is about: that of its connection, or the one that it names. */
function targetOf(step: Step, { scenario }: Context): Target | undefined {
  if ('of' in step && typeof step.of === 'object') return step.of;
  return factsOf(step).connection === 'never' ? undefined : scenario.connections.get(step.on);
}

function isCheck(step: Step): boolean {
  return factsOf(step).reply === 'evidence';
}
