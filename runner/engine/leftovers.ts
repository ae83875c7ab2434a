import type { Scenario } from '../plan.ts';
import { ProtocolError } from '../protocol/reply.ts';
import type { Context } from './context.ts';
import { StepFailure } from './failure.ts';
import { noteFindings } from './findings.ts';
import { failureFrom } from './problems.ts';
import { observe, type Session } from './session.ts';
import { lastReplyLimit, refuseFragment, refuseUnread, requireRead } from './unread.ts';

/** A reply left unread fails the scenario at its end; replies that are still due get a moment to arrive. */
export function refuseLeftovers(context: Context, scenario: Scenario): void | Promise<void> {
  for (const session of context.sessions.values()) if (isOpen(session)) return refuseOpen(context, scenario);
  noteMissing(context, scenario);
}

/** The scenario has not read its end. */
function isOpen({ finished, abandoned }: Session): boolean {
  return !finished && abandoned === undefined;
}

async function refuseOpen(context: Context, scenario: Scenario): Promise<void> {
  for (const session of context.sessions.values()) {
    if (!isOpen(session)) continue;
    try {
      requireRead(context, session, { span: lastSpan(scenario) });
    } catch (error) {
      throw failureAtEnd(error, session, scenario) ?? error;
    }
    if (session.counterpart !== undefined) await session.counterpart.finish();
    else if (session.owed > 0) await refuseLateReply(context, session, scenario);
    if (session.parser.incomplete !== undefined) await refuseFragmentAtEnd(context, session, scenario);
  }
  noteMissing(context, scenario);
}

/** Notes replies that should have arrived and did not: those to the recipients of an LMTP message. */
function noteMissing(context: Context, scenario: Scenario): void {
  for (const session of context.sessions.values()) {
    noteFindings(context, session, { span: lastSpan(scenario) }, session.recipients?.findings(session.owed));
  }
}

/** Octets that are not a reply are an error of the server at the end, too. */
function failureAtEnd(error: unknown, session: Session, scenario: Scenario): StepFailure | undefined {
  const last = scenario.after.at(-1) ?? scenario.dialogue.at(-1);
  return last && failureFrom(error, last, session, lastReplyLimit);
}

async function refuseLateReply(context: Context, session: Session, scenario: Scenario): Promise<void> {
  const { clock } = context.world;
  const now = clock();
  // Deliveries to further recipients take their time: to say that replies are missing, wait as for any other reply.
  const isMissing = (session.recipients?.findings(session.owed) ?? []).length > 0;
  const limit = isMissing ? session.target.options.timeout : lastReplyLimit;
  try {
    const seen = await observe(session, {}, now + limit, now + (isMissing ? limit : limit / 2), clock);
    if (seen.event !== 'reply') return;
    session.parser.drain();
    refuseUnread(context, session, { span: lastSpan(scenario) }, seen.reply);
  } catch (error) {
    if (error instanceof StepFailure) throw error;
    // Silence is fine here: no complete reply is unread. Octets that no reply can begin with are an error.
    if (error instanceof ProtocolError) throw failureAtEnd(error, session, scenario) ?? error;
  }
  noteFindings(context, session, { span: lastSpan(scenario) }, session.parser.findings());
}

async function refuseFragmentAtEnd(context: Context, session: Session, scenario: Scenario): Promise<void> {
  try {
    await refuseFragment(context, session, { span: lastSpan(scenario) });
  } catch (error) {
    throw failureAtEnd(error, session, scenario) ?? error;
  }
}

function lastSpan(scenario: Scenario): Scenario['span'] {
  return (scenario.after.at(-1) ?? scenario.dialogue.at(-1))?.span ?? scenario.span;
}
