import { defined } from '../defined.ts';
import type { Measurement } from '../observed.ts';
import type { Scenario } from '../plan.ts';
import type { Redactor } from '../printing/redact.ts';
import type { Problem, Unmet, Warning } from '../result.ts';
import { placeOf } from '../source.ts';
import type { Step, When } from '../steps.ts';
import { pause, turn } from '../transport/pause.ts';
import type { Context } from './context.ts';
import { defendedIn } from './defended.ts';
import { type Deferred, PassRest, SkipRest } from './failure.ts';
import type { Found } from './findings.ts';
import { failureFrom } from './problems.ts';
import { noClaims } from './receivers.ts';
import { writeLimit } from './session.ts';
import { execute } from './steps/table.ts';
import { whyNot } from './when.ts';

/**
 * The most steps that run without a turn of the event loop, so that the time limit also ends a `repeat` whose steps
 * never wait.
 */
const stepsPerTurn = 50;

/** What the class itself provides. */
type Own =
  | 'claims'
  | 'index'
  | 'lists'
  | 'until'
  | 'pause'
  | 'run'
  | 'runAll'
  | 'violations'
  | 'unmet'
  | 'measured'
  | 'sent'
  | 'doubted'
  | 'current';

/** The parts of a context that an attempt provides. */
type Parts = Omit<Context, Own>;

/** A class, because each attempt creates one: with closures and a spread, that took as long as two of its steps. */
export class RunningContext implements Context {
  readonly world: Context['world'];
  readonly scenario: Scenario;
  readonly scenarioId: string;
  signal: AbortSignal;
  readonly extend: Context['extend'];
  readonly transcript: Context['transcript'];
  readonly redactor: Redactor;
  readonly sessions: Context['sessions'];
  readonly ports: Context['ports'];
  readonly captures: Context['captures'];
  readonly lists = new Map<string, readonly string[]>();
  readonly marks: Context['marks'];
  claims = noClaims;
  readonly warnings: Warning[];
  readonly violations: Found[] = [];
  readonly unmet: Deferred[] = [];
  readonly measured: Measurement[] = [];
  sent: Context['sent'];
  doubted: Context['doubted'];
  index: number | undefined;
  until: number | undefined;
  /** The step that is running, for the place of what it throws. */
  current: Step | undefined;
  #steps = 0;
  constructor({
    world,
    scenario,
    scenarioId,
    signal,
    extend,
    transcript,
    redactor,
    sessions,
    ports,
    captures,
    marks,
    warnings,
  }: Parts) {
    this.world = world;
    this.scenario = scenario;
    this.scenarioId = scenarioId;
    this.signal = signal;
    this.extend = extend;
    this.transcript = transcript;
    this.redactor = redactor;
    this.sessions = sessions;
    this.ports = ports;
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
      if (++this.#steps % stepsPerTurn === 0) await turn(this.signal);
      try {
        if (step.when !== undefined && !this.#isRun(step, step.when)) continue;
        const executed = execute(step, this);
        if (executed !== undefined) await executed;
      } catch (error) {
        this.#settle(step, error);
      }
    }
  }

  async run(step: Step, action: () => Promise<unknown> | undefined): Promise<void> {
    this.current = step;
    try {
      await action();
    } catch (error) {
      this.#settle(step, error);
    }
  }

  /** Handles what a step threw: by its `otherwise`, or as the scenario's failure. */
  #settle(step: Step, error: unknown): void {
    const session = this.sessions.get(step.on);
    const failure = failureFrom(
      error,
      this.current ?? step,
      session,
      session === undefined ? (step.timeout ?? 0) : writeLimit(session, step),
    );
    const { otherwise } = step;
    if (failure === undefined || otherwise === undefined || !expectationUnmet.has(failure.code)) throw failure ?? error;
    // A defense says nothing about the expectation.
    if (defendedIn(failure, this.current, this) !== undefined) throw failure;
    const [mismatch] = failure.mismatches;
    const unmet: Unmet = { headline: failure.headline, ...defined({ mismatch, reply: failure.reply }) };
    const place = failure.place ?? placeOf(step.span);
    const warning: Warning = { kind: 'unmet', ...unmet, place };
    if (otherwise === 'skip') throw new SkipRest(unmet, failure.outage?.how === 'silent' ? failure.outage : undefined);
    if (otherwise === 'fail-later') this.unmet.push({ failure, step, at: this.world.clock(), warning });
    else if (otherwise === 'warn') this.warnings.push(warning);
    else {
      if (!answeredOtherwise.has(failure.code)) throw failure;
      this.transcript.note(step.on, 'the scenario ends here, as passed');
      throw new PassRest();
    }
  }

  #isRun(step: Step, when: When): boolean {
    const why = whyNot(step, when, this);
    if (why === undefined) return true;
    this.transcript.note(step.on, `not run: ${why}`);
    return false;
  }
}

/** The server replied, but not as expected. Silence and lost connections do not count. */
const answeredOtherwise: ReadonlySet<Problem['code']> = new Set([
  'reply.mismatch',
  'check.mismatch',
  'capture.missing',
]);

/** Failures that `otherwise` covers: the expectation was not met. */
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
