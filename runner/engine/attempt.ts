import { type Traces, tokensIn } from '../checks/log-owner.ts';
import type { LogMarks } from '../checks/log-watch.ts';
import { markAll, noMarks, watches } from '../checks/marks.ts';
import { defined } from '../defined.ts';
import type { Scenario } from '../plan.ts';
import { createRedactor } from '../printing/redact.ts';
import type { LogLine, Problem, Reason, ScenarioResult, Violation, Warning } from '../result.ts';
import { createTranscript } from '../transport/transcript.ts';
import { cleanUp } from './cleanup.ts';
import { type Context, fillText } from './context.ts';
import { defendedIn } from './defended.ts';
import type { Defended } from './defenses.ts';
import { evidenceOf } from './evidence.ts';
import { PassRest, SkipRest, StepFailure } from './failure.ts';
import { violationEvidence, violationFailure, withViolations } from './findings.ts';
import { refuseLeftovers } from './leftovers.ts';
import { overheard } from './listener.ts';
import { type Observed, observedIn } from './observed.ts';
import type { Outage } from './outage.ts';
import { problemFrom } from './problems.ts';
import type { Receivers } from './receivers.ts';
import { RunningContext } from './running-context.ts';
import { Seal } from './seal.ts';
import { scenarioTimeout } from './time-limit.ts';
import type { ScenarioWorld } from './world.ts';
import type { Written } from './written.ts';

/** How one attempt at a scenario ended. */
export interface Attempt extends Observed {
  /** The end of the run ended it, not anything that the server did. */
  readonly interrupted: boolean;
  readonly problem?: Problem;
  /** Present if every scenario on that server would have this problem. */
  readonly outage?: Outage;
  /** Present if the problem is a defense of the server, or if a defense may have met an expectation. */
  readonly defended?: Defended;
  readonly skipped?: Reason;
  readonly warnings: readonly Warning[];
  readonly violations: readonly Violation[];
  readonly transcript: () => ScenarioResult['transcript'];
  readonly log: readonly LogLine[];
}

/** Runs a scenario once: its dialogue, its cleanup, and the end of its connections. Never throws. */
export async function tryScenario(scenario: Scenario, world: ScenarioWorld, attempt: number): Promise<Attempt> {
  const start = world.clock();
  const redactor = createRedactor(world.secrets);
  const kept = createTranscript({ clock: world.clock, start, redactor });
  const transcript = overheard(kept, scenario, redactor, world.listener);
  const marks = world.logs && (await world.logs.mark());
  const timer = world.limit(scenario.timeout);
  const warnings: Warning[] = [];
  const context = new RunningContext({
    world,
    scenario,
    scenarioId: `${world.runId}-${scenario.index + 1}${tryLetters(attempt)}`,
    signal: timer.signal,
    extend: timer.extend,
    transcript,
    redactor,
    sessions: new Map(),
    ports: marks && [],
    captures: new Map(),
    marks: watches(scenario) ? await markAll(scenario) : noMarks,
    warnings,
  });
  let problem: Problem | undefined;
  let outage: Outage | undefined;
  let defended: Defended | undefined;
  let skipped: Reason | undefined;
  let interrupted = false;
  const about = (failure: StepFailure) => evidenceOf(failure, context.current, context);
  const noteProblem = (error: unknown) => {
    if (world.interrupted.aborted && !(error instanceof StepFailure)) {
      interrupted = true;
      return;
    }
    const late = timer.expired() && !(error instanceof StepFailure) ? scenarioTimeout(scenario) : error;
    problem = problemFrom(late, context.current, scenario.span, now(), about);
    if (!(late instanceof StepFailure)) return;
    outage = late.outage;
    defended = defendedIn(late, context.current, context);
  };
  /**
   * The first failure of `otherwise: fail-later` becomes the problem if there is no other; all others become warnings.
   */
  const noteUnmet = () => {
    const first = problem === undefined ? context.unmet.shift() : undefined;
    if (first !== undefined && !interrupted) {
      skipped = undefined;
      problem = problemFrom(first.failure, first.step, scenario.span, microseconds(first.at - start), about);
    }
    warnings.push(...context.unmet.splice(0).map(({ warning }) => warning));
  };
  /** Whole microseconds, as in the transcript, so that its line for this moment is not later. */
  const now = () => microseconds(world.clock() - start);
  try {
    await runToEnd(context, world.receivers);
    context.current = undefined;
    if (scenario.after.length === 0) await refuseLeftovers(context, scenario);
  } catch (error) {
    if (error instanceof SkipRest) ({ reason: skipped, silence: outage } = error);
    else noteProblem(error);
  }
  noteUnmet();
  if (scenario.after.length > 0 && !world.interrupted.aborted) {
    try {
      await cleanUp(context, scenario, timer, { failed: problem !== undefined || skipped !== undefined, outage });
    } catch (error) {
      if (problem === undefined && skipped === undefined) noteProblem(error);
      else if (!(error instanceof SkipRest || error instanceof PassRest) && !world.interrupted.aborted) {
        warnings.push(cleanupWarning(problemFrom(error, context.current, scenario.span, now(), about)));
      }
    }
  }
  noteUnmet();
  const violations =
    problem === undefined && !interrupted ? world.reported.claim(scenario, context.violations) : context.violations;
  const found = violationFailure(violations);
  if (problem !== undefined) problem = withViolations(problem, violations);
  else if (found !== undefined && !interrupted) {
    skipped = undefined;
    problem = problemFrom(found, undefined, scenario.span, now(), () => violationEvidence(violations));
  }
  if (problem?.verdict !== 'errored' && !interrupted) world.tolerances.applied(scenario, context.sessions.values());
  const observed = await closeAll(context);
  timer.stop();
  const seal = new Seal(redactor);
  return {
    interrupted,
    ...(problem && { problem: seal.problem(problem) }),
    ...(outage && { outage: seal.outage(outage) }),
    ...defenseIn(defended, context, seal),
    ...(skipped !== undefined && { skipped: seal.reason(skipped) }),
    warnings: warnings.map((each) => seal.warning(each)),
    ...observed,
    violations: violations.map((each) => seal.violation(each)),
    transcript: () => transcript.lines(),
    log: problem === undefined || marks === undefined ? [] : await logSince(marks, world, context),
  };
}

/** The defense that the server used, or that it may have used when it met an expectation. */
function defenseIn(defended: Defended | undefined, { doubted }: Context, seal: Seal): Pick<Attempt, 'defended'> {
  if (defended !== undefined) return { defended: seal.defended(defended) };
  return doubted === undefined ? {} : { defended: { defense: 'limit', target: doubted, ungreeted: true } };
}

function cleanupWarning({ headline, mismatches: [mismatch], evidence, place }: Problem): Warning {
  return { kind: 'cleanup', headline, ...defined({ mismatch, reply: evidence?.reply }), place };
}

function microseconds(ms: number): number {
  return Math.ceil(ms * 1000) / 1000;
}

/** Runs until the last step, or until one that says that the scenario passes here. */
async function runToEnd(context: RunningContext, receivers: Receivers): Promise<void> {
  const { scenario, scenarioId } = context;
  context.claims = receivers.claim(scenario, scenarioId, (text) => fillText(context, text, ''));
  try {
    await context.runAll(scenario.dialogue);
  } catch (error) {
    if (!(error instanceof PassRest)) throw error;
  }
}

/** `a`, `b`, …, `z`, `za`, … */
function tryLetters(attempt: number): string {
  return 'z'.repeat(Math.floor(attempt / 25)) + String.fromCharCode('a'.charCodeAt(0) + (attempt % 25));
}

/** Closes the connections, and returns what they showed until then. */
async function closeAll(context: Context): Promise<Observed> {
  context.claims.release();
  const observed = observedIn(context);
  const closing: Promise<void>[] = [];
  for (const session of context.sessions.values()) {
    session.finished = true;
    closing.push(session.transport.close().catch(() => undefined));
  }
  for (const each of closing) await each;
  return observed;
}

/** What to look for in a server's log to find lines of this scenario. */
function tracesOf({ scenario, scenarioId, transcript, ports = [] }: Context, written: Written): Traces {
  const lines = transcript.lines();
  const said = lines.flatMap((line) => (line.from === 'note' ? [] : [line.text]));
  const sent = lines.flatMap((line) => (line.from === 'client' ? [line.text] : []));
  return { tokens: [scenarioId, ...tokensIn(said)], ports, ...written(scenario, sent) };
}

async function logSince(marks: LogMarks, world: ScenarioWorld, context: Context): Promise<readonly LogLine[]> {
  const lines = (await world.logs?.since(marks, tracesOf(context, world.written))) ?? [];
  const texts = context.redactor.redactLines(lines.map(({ text }) => text));
  return lines.map((line, index) => ({ ...line, text: texts[index] ?? '' }));
}
