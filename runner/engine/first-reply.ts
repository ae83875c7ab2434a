import type { Step } from '../steps.ts';
import type { Context } from './context.ts';
import { askAfter } from './doubts.ts';
import { failureFrom } from './problems.ts';
import type { Wait } from './reply-wait.ts';
import { isTimeout, type Observation, observe, type Session } from './session.ts';

/** Observes the greeting or the first reply after it, which shows whether the server answers. */
export function observeFirst(context: Context, session: Session, step: Step, wait: Wait): Promise<Observation> {
  const { clock, breaker } = context.world;
  const { target } = session;
  const { want, until, isFirst, limit, patient } = wait;
  if (limit < target.options.timeout) return observe(session, want, until, undefined, clock, patient);
  const isLogin = !isFirst && session.loggingIn;
  const seen = isLogin
    ? observeLogin(context, session, step, wait)
    : observe(session, want, until, undefined, clock, patient);
  return breaker.during(context.scenario, target, isFirst ? 'answer' : 'command', seen);
}

/** A login may take long; but where not even the simplest command gets an answer, it is not awaited longer than that. */
async function observeLogin(context: Context, session: Session, step: Step, wait: Wait): Promise<Observation> {
  const { clock, breaker } = context.world;
  const { target, parser } = session;
  const { want, until, limit, hint, patient } = wait;
  const early = target.options.timeout + askAfter(target);
  if (early >= limit) return observe(session, want, until, undefined, clock, patient);
  try {
    return await observe(session, want, until - limit + early, undefined, clock);
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  if (parser.pending > 0 || !(await breaker.isMute(target)))
    return observe(session, want, until, undefined, clock, patient);
  try {
    // The reply may have arrived while the server was asked.
    return await observe(session, want, clock(), undefined, clock);
  } catch (error) {
    throw failureFrom(error, step, session, early, hint) ?? error;
  }
}
