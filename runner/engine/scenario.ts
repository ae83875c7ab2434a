import type { LogMarks, LogWatch } from '../checks/log-watch.ts';
import type { Scenario, Secret, Step } from '../plan.ts';
import type { LogLine, Problem, ScenarioResult, Warning } from '../result.ts';
import { forget, heed } from '../transport/abort.ts';
import { deadlinesBy, type Waiter } from '../transport/deadline.ts';
import { createRedactor, type Redactor } from '../transport/redact.ts';
import { createTranscript } from '../transport/transcript.ts';
import type { Context, World } from './context.ts';
import { execute } from './executors.ts';
import { SkipRest, StepFailure } from './failure.ts';
import { markAll, noMarks, watches } from './marks.ts';
import { failureFrom, problemFrom, seconds } from './problems.ts';
import { hasUnread, observe, type Session } from './session.ts';
import { refuseUnread } from './unread.ts';

/** What every scenario of a run shares. */
export interface ScenarioWorld extends World {
  readonly secrets: readonly Secret[];
  /** None where the plan names no log. */
  readonly logs: LogWatch | undefined;
  /** Ctrl-C, or whatever else ends the run. */
  readonly interrupted: AbortSignal;
  /** Today as `YYYY-MM-DD`, for `known_issue`'s `until`. */
  readonly today: string;
}

/** One scenario's result, whatever happens: retries, cleanup, known issues and levels included. Never throws. */
export async function runScenario(scenario: Scenario, world: ScenarioWorld): Promise<ScenarioResult> {
  const started = world.wall();
  const start = world.clock();
  const base: Untold = { scenario, started, warnings: [], retried: [], log: [], duration: 0 };
  if (scenario.skip !== undefined) return { ...base, outcome: 'skipped', reason: scenario.skip, transcript: [] };
  const retried: Problem[] = [];
  for (let attempt = 0; ; attempt++) {
    const tried = await tryScenario(scenario, world, attempt);
    const duration = world.clock() - start;
    if (tried.interrupted) {
      return told({ ...base, outcome: 'not_run', reason: 'the run was interrupted', duration }, tried.transcript);
    }
    if (tried.problem === undefined || attempt >= scenario.retries || world.interrupted.aborted) {
      return told(conclude(base, tried, retried, duration, world), tried.transcript);
    }
    retried.push(tried.problem);
  }
}

/** A result before its transcript. */
type Untold = Omit<ScenarioResult, 'transcript' | 'outcome'>;

type Lines = ScenarioResult['transcript'];

/**
 * Only some reporters show transcripts: their texts are made when one asks. A class, and no object with a getter:
 * V8 holds such a one, and all that it refers to, until the next full collection.
 */
class Told {
  #lines: Lines | (() => Lines);
  constructor(result: Omit<ScenarioResult, 'transcript'>, lines: () => Lines) {
    Object.assign(this, result);
    this.#lines = lines;
  }
  get transcript(): Lines {
    if (typeof this.#lines === 'function') this.#lines = this.#lines();
    return this.#lines;
  }
}

function told(result: Omit<ScenarioResult, 'transcript'>, lines: () => Lines): ScenarioResult {
  return new Told(result, lines) as unknown as ScenarioResult;
}

interface Tried {
  /** The end of the run, and nothing that the server did, ended it. */
  readonly interrupted: boolean;
  readonly problem?: Problem;
  readonly skipped?: string;
  readonly warnings: readonly Warning[];
  readonly transcript: () => Lines;
  readonly log: readonly LogLine[];
}

function conclude(
  base: Untold,
  tried: Tried,
  retried: readonly Problem[],
  duration: number,
  world: ScenarioWorld,
): Omit<ScenarioResult, 'transcript'> {
  const { scenario } = base;
  const common: Untold = {
    scenario: base.scenario,
    started: base.started,
    warnings: tried.warnings,
    retried,
    log: tried.log,
    duration,
  };
  const known = scenario.knownIssue;
  if (tried.problem !== undefined) {
    const { problem } = tried;
    if (
      problem.verdict === 'failed' &&
      known !== undefined &&
      (known.until === undefined || world.today <= known.until)
    ) {
      return { ...common, outcome: 'known', reason: known.reason, problem };
    }
    const expired =
      known === undefined || problem.verdict === 'errored'
        ? []
        : [{ message: `the known issue "${known.reason}" was to be over by ${known.until}` }];
    const warnings = [...tried.warnings, ...expired];
    if (problem.verdict === 'failed' && scenario.level === 'should')
      return { ...common, warnings, outcome: 'warning', problem };
    return { ...common, warnings, outcome: problem.verdict, problem };
  }
  if (tried.skipped !== undefined) return { ...common, outcome: 'skipped', reason: tried.skipped };
  if (retried.length > 0) return { ...common, outcome: 'flaky' };
  if (known === undefined) return { ...common, outcome: 'passed' };
  return {
    ...common,
    warnings: [...tried.warnings, { message: `no longer an issue: "${known.reason}"` }],
    outcome: 'passed',
  };
}

/** How long `after` may take once the scenario's own time is over: cleanup must not hang a run. */
const cleanupLimit = 10_000;
/** How long the end waits for replies that are still due, before it says that nothing lies unread. */
const lastReplyLimit = 500;

async function tryScenario(scenario: Scenario, world: ScenarioWorld, attempt: number): Promise<Tried> {
  const start = world.clock();
  const redactor = createRedactor(world.secrets);
  const transcript = createTranscript({ clock: world.clock, start, redactor });
  const marks = world.logs && (await world.logs.mark());
  const timer = timeLimit(world, scenario.timeout);
  const warnings: Warning[] = [];
  const context = new RunningContext({
    world,
    scenario,
    // None is a part of another: mailboxes are searched for it.
    scenarioId: `${world.runId}-${scenario.index + 1}${tryLetters(attempt)}`,
    signal: timer.signal,
    transcript,
    redactor,
    sessions: new Map(),
    captures: new Map(),
    marks: watches(scenario) ? await markAll(scenario) : noMarks,
    warnings,
  });
  let problem: Problem | undefined;
  let skipped: string | undefined;
  let interrupted = false;
  const noteProblem = (error: unknown) => {
    if (world.interrupted.aborted && !(error instanceof StepFailure)) {
      interrupted = true;
      return;
    }
    const late = timer.expired() && !(error instanceof StepFailure) ? scenarioTimeout(scenario) : error;
    problem = problemFrom(late, context.current, scenario.span, now());
  };
  /** Whole microseconds, as in the transcript, whose line of this moment must not be later. */
  const now = () => Math.ceil((world.clock() - start) * 1000) / 1000;
  try {
    await context.runAll(scenario.dialogue);
    context.current = undefined;
    if (scenario.after.length === 0) await refuseLeftovers(context, scenario);
  } catch (error) {
    if (error instanceof SkipRest) skipped = error.message;
    else noteProblem(error);
  }
  if (scenario.after.length > 0 && !world.interrupted.aborted) {
    try {
      await cleanUp(context, scenario, timer, problem !== undefined || skipped !== undefined);
    } catch (error) {
      if (problem === undefined && skipped === undefined) noteProblem(error);
      else if (!(error instanceof SkipRest) && !world.interrupted.aborted) {
        const left = problemFrom(error, context.current, scenario.span, now());
        warnings.push({ message: `cleanup failed too: ${left.message}`, span: left.span });
      }
    }
  }
  await closeAll(context);
  timer.stop();
  const redact = (text: string) => redactShown(redactor, text);
  return {
    interrupted,
    ...(problem && { problem: redacted(problem, redact) }),
    ...(skipped !== undefined && { skipped: redact(skipped) }),
    warnings: warnings.map((warning) => ({ ...warning, message: redact(warning.message) })),
    transcript: () => transcript.lines(),
    log: problem === undefined || marks === undefined ? [] : await logSince(marks, world, redactor),
  };
}

async function logSince(marks: LogMarks, { logs }: ScenarioWorld, redactor: Redactor): Promise<readonly LogLine[]> {
  const lines = (await logs?.since(marks)) ?? [];
  return lines.map((line) => ({ ...line, text: redactor.redact(line.text) }));
}

/** The parts of a context that a try makes. */
type Parts = Omit<Context, 'index' | 'until' | 'pause' | 'run' | 'runAll'>;

/** A class: a scenario makes one, and with closures and a spread that took as long as two of its steps. */
class RunningContext implements Context {
  readonly world: Context['world'];
  readonly scenario: Scenario;
  readonly scenarioId: string;
  signal: AbortSignal;
  readonly transcript: Context['transcript'];
  readonly redactor: Redactor;
  readonly sessions: Context['sessions'];
  readonly captures: Context['captures'];
  readonly marks: Context['marks'];
  readonly warnings: Warning[];
  index: number | undefined;
  until: number | undefined;
  /** The step under way, for the place of what it throws. */
  current: Step | undefined;
  constructor({
    world,
    scenario,
    scenarioId,
    signal,
    transcript,
    redactor,
    sessions,
    captures,
    marks,
    warnings,
  }: Parts) {
    this.world = world;
    this.scenario = scenario;
    this.scenarioId = scenarioId;
    this.signal = signal;
    this.transcript = transcript;
    this.redactor = redactor;
    this.sessions = sessions;
    this.captures = captures;
    this.marks = marks;
    this.warnings = warnings;
  }

  pause(ms: number): Promise<void> {
    return pause(ms, this.signal);
  }

  async runAll(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.current = step;
      try {
        await execute(step, this);
      } catch (error) {
        this.#settle(step, error);
      }
    }
  }

  async run(step: Step, action: () => Promise<void>): Promise<void> {
    this.current = step;
    try {
      await action();
    } catch (error) {
      this.#settle(step, error);
    }
  }

  /** What a step threw: its `otherwise`, or the scenario's failure. */
  #settle(step: Step, error: unknown): void {
    const session = this.sessions.get(step.on);
    const failure = failureFrom(
      error,
      this.current ?? step,
      session,
      step.timeout ?? session?.target.options.timeout ?? 0,
    );
    if (!(failure instanceof StepFailure) || step.otherwise === undefined || !expectationUnmet.has(failure.code))
      throw failure;
    if (step.otherwise === 'skip') throw new SkipRest(`${failure.message}${differs(failure)}`);
    this.warnings.push({ message: `${failure.message}${differs(failure)}`, span: failure.span ?? step.span });
  }
}

function differs(failure: StepFailure): string {
  const [first] = failure.mismatches;
  return first === undefined ? '' : `: expected ${first.expected}, got ${first.actual}`;
}

/** The failures that `otherwise` is about: the expectation did not hold. */
const expectationUnmet: ReadonlySet<Problem['code']> = new Set([
  'reply.mismatch',
  'reply.timeout',
  'reply.unexpected',
  'connection.closed',
  'capture.missing',
  'check.mismatch',
  'tls.handshake',
  'tls.certificate',
  'tls.unexpected',
]);

/** `a`, `b`, …, `z`, `za`, … */
function tryLetters(attempt: number): string {
  return 'z'.repeat(Math.floor(attempt / 25)) + String.fromCharCode('a'.charCodeAt(0) + (attempt % 25));
}

/** Those that nobody aborted, for the next scenarios: a controller with its first listener costs more than a step. */
const idleControllers: AbortController[] = [];

/** Ends a scenario when its time is up, or when the run is interrupted. */
interface TimeLimit {
  readonly signal: AbortSignal;
  expired(): boolean;
  stop(): void;
}

function timeLimit({ interrupted, clock }: World, ms: number): TimeLimit {
  const controller = idleControllers.pop() ?? new AbortController();
  const deadline = clock() + ms;
  let expired = false;
  const waiter: Waiter = {
    expire(now) {
      if (now < deadline) return deadline;
      if (!expired) {
        expired = true;
        controller.abort();
      }
      return Number.POSITIVE_INFINITY;
    },
  };
  const deadlines = deadlinesBy(clock);
  deadlines.join(waiter);
  deadlines.watch(deadline);
  const interrupt = () => controller.abort();
  // An event listener that was removed still points to those added after it: until the next full collection, one
  // such in the old generation keeps all scenarios since. That was 20 KiB a scenario.
  heed(interrupted, interrupt);
  return {
    signal: controller.signal,
    expired: () => expired,
    stop() {
      deadlines.leave(waiter);
      forget(interrupted, interrupt);
      if (!controller.signal.aborted) idleControllers.push(controller);
    },
  };
}

function scenarioTimeout(scenario: Scenario): StepFailure {
  return new StepFailure('scenario.timeout', `the scenario did not end within ${seconds(scenario.timeout)}`, {
    hint: 'Give it a longer "timeout", or find out what the step shown here was waiting for',
  });
}

/** `after` also runs when the dialogue failed: then on what is left of the connections, with time of its own. */
async function cleanUp(context: RunningContext, scenario: Scenario, timer: TimeLimit, failed: boolean): Promise<void> {
  if (!failed) {
    await context.runAll(scenario.after);
    context.current = undefined;
    return refuseLeftovers(context, scenario);
  }
  context.transcript.note('', 'cleanup');
  if (timer.expired()) {
    for (const session of context.sessions.values()) session.abandoned ??= "the scenario's time was over";
  }
  await Promise.all([...context.sessions.values()].map((session) => settle(context, session)));
  const own = timeLimit(context.world, cleanupLimit);
  context.signal = own.signal;
  try {
    await runOnLiving(context, scenario.after);
  } finally {
    own.stop();
  }
}

/** Leaves out what needs a connection that the failure has ended: that is known, and the others are to be cleaned up. */
async function runOnLiving(context: RunningContext, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'use') await runOnLiving(context, step.dialogue);
    else if (context.sessions.get(step.on)?.abandoned === undefined) await context.runAll([step]);
    else context.transcript.note(step.on, `left out: ${step.label}`);
  }
}

/** Lets go of what the failed dialogue left unread, and waits for what is still due: cleanup must not take it for its own. */
async function settle(context: Context, session: Session): Promise<void> {
  const { clock } = context.world;
  if (session.abandoned !== undefined || session.finished) return;
  const deadline = clock() + lastReplyLimit;
  try {
    hasUnread(session);
    while (session.owed > 0) {
      const { event } = await observe(session, {}, deadline, undefined, clock);
      if (event !== 'reply') break;
    }
  } catch {
    session.abandoned = 'a reply to it is still due, or was none';
  }
  session.parser.drain();
}

/** "Ending a scenario with a reply unread fails it": replies still due are given a moment to arrive. */
async function refuseLeftovers(context: Context, scenario: Scenario): Promise<void> {
  for (const session of context.sessions.values()) {
    if (session.finished || session.abandoned !== undefined) continue;
    if (hasUnread(session)) refuseUnread(session, lastSpan(scenario));
    if (session.owed > 0) await refuseLateReply(context, session, scenario);
  }
}

async function refuseLateReply(context: Context, session: Session, scenario: Scenario): Promise<void> {
  const { clock } = context.world;
  try {
    const seen = await observe(session, {}, clock() + lastReplyLimit, lastReplyLimit / 2, clock);
    if (seen.event !== 'reply') return;
    session.parser.drain();
    refuseUnread(session, lastSpan(scenario), seen.reply);
  } catch (error) {
    if (error instanceof StepFailure) throw error;
    // Silence, or octets that are no reply: nothing lies complete and unread.
  }
}

function lastSpan(scenario: Scenario): Scenario['span'] {
  return (scenario.after.at(-1) ?? scenario.dialogue.at(-1))?.span ?? scenario.span;
}

async function closeAll({ sessions }: Context): Promise<void> {
  const closing: Promise<void>[] = [];
  for (const { transport } of sessions.values()) closing.push(transport.close().catch(() => undefined));
  for (const each of closing) await each;
}

/** Texts about the server's words are cut at `…`, perhaps within a secret: there, a part of one counts as well. */
function redactShown(redactor: Redactor, text: string): string {
  const pieces = text.split('…');
  return pieces
    .map((piece, index) => {
      const [, before = '', shown = '', after = ''] = /^("?)(.*?)("? ?)$/su.exec(piece) ?? [];
      let redactedText = '';
      let at = 0;
      for (const range of redactor.find(shown, { start: index > 0, end: index < pieces.length - 1 })) {
        redactedText += shown.slice(at, range.start) + range.shown;
        at = range.end;
      }
      return before + redactedText + shown.slice(at) + after;
    })
    .join('…');
}

function redacted(problem: Problem, redact: (text: string) => string): Problem {
  return {
    ...problem,
    message: redact(problem.message),
    ...(problem.hint !== undefined && { hint: redact(problem.hint) }),
    mismatches: problem.mismatches.map((each) => ({
      ...each,
      expected: redact(each.expected),
      actual: redact(each.actual),
      ...(each.missing && { missing: each.missing.map(redact) }),
      ...(each.extra && { extra: each.extra.map(redact) }),
    })),
  };
}

/** Rejects with an abort error when the signal ends the wait. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('interrupted'));
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(new Error('interrupted'));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
