import type { Evidence } from '../evidence.ts';
import type { Action, Headline } from '../headline.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Expectation, Tolerance } from '../plan.ts';
import type { Finding } from '../protocol/findings.ts';
import type { Problem, Unmet, Violation } from '../result.ts';
import { placeOf } from '../source.ts';
import type { Step } from '../steps.ts';
import { isAskedFor } from './asked-for.ts';
import type { Context } from './context.ts';
import { SkipRest, StepFailure } from './failure.ts';
import type { Session } from './session.ts';

/** A violation, and what it is an answer to. */
export interface Found extends Violation {
  readonly after: Action;
  /** Whose it is: the services of a host are often one program's. */
  readonly host: string;
}

/** Where findings were made: a step, or the end of the scenario. */
export type Place = Pick<Step, 'span'> & Partial<Pick<Step, 'otherwise' | 'tolerate'>>;

const none: readonly Finding[] = [];

/**
 * Takes in what a session departs from its grammar in: each counts once a connection. It fails the scenario at its end,
 * unless it is tolerated, or the step says `otherwise`, or its expectation asks for just that. Throws `SkipRest`.
 */
export function noteFindings(
  context: Context,
  session: Session,
  place: Place,
  findings: readonly Finding[] = none,
  expectation?: Expectation,
): void {
  for (const finding of findings) {
    if (session.found.has(finding.name) || isAskedFor(finding, expectation)) continue;
    session.found.add(finding.name);
    noteFinding(context, session, place, finding);
  }
}

function noteFinding(context: Context, session: Session, place: Place, finding: Finding): void {
  const { name, message, rule, evidence } = finding;
  const tolerance = toleranceFor(context, session, place, finding);
  const violation: Found = {
    name,
    message,
    rule,
    octets: evidence.toString('latin1'),
    server: session.target.label,
    after: session.lastAction,
    host: hostOf(session),
    place: placeOf(place.span),
    verdict: tolerance !== undefined ? 'tolerated' : place.otherwise === 'warn' ? 'warned' : 'failed',
    ...(tolerance?.reason !== undefined && { reason: tolerance.reason }),
  };
  const { verdict } = violation;
  if (verdict === 'failed' && place.otherwise === 'skip') throw new SkipRest(unmetBy(violation));
  context.violations.push(violation);
  if (tolerance !== undefined) context.world.tolerances.needed(tolerance);
  if (verdict === 'warned') context.warnings.push({ kind: 'unmet', ...unmetBy(violation), place: violation.place });
}

function hostOf({ url: { address }, target }: Session): string {
  return address.to === 'network' ? address.host : target.label;
}

/** The nearest that fits. */
function toleranceFor(
  { scenario }: Context,
  { target }: Session,
  { tolerate = [] }: Place,
  { name }: Finding,
): Tolerance | undefined {
  return [...tolerate, ...(target.options.tolerate ?? []), ...(scenario.tolerate ?? [])].find(({ names }) =>
    names.has(name),
  );
}

function unmetBy(violation: Found): Unmet {
  return { headline: headlineOf(violation, 0), mismatch: mismatchOf(violation) };
}

function headlineOf({ after, name }: Found, more: number): Headline {
  return { kind: 'violation', after, reason: name, ...(more > 0 && { more }) };
}

function mismatchOf({ name, message, rule, octets, place }: Violation): Mismatch {
  return {
    path: name,
    expected: { kind: 'valid reply', rule },
    actual: { kind: 'violation', text: octets, reason: message },
    place,
  };
}

/** What fails a scenario whose expectations were met; none where nothing was found. */
export function violationFailure(violations: readonly Found[]): StepFailure | undefined {
  const open = failing(violations);
  const [first, ...more] = open;
  if (first === undefined) return undefined;
  return new StepFailure('protocol.violation', headlineOf(first, more.length), {
    place: first.place,
    mismatches: open.map(mismatchOf),
    hint: `To accept it: "tolerate: [${first.name}]" on the server, the suite, the scenario or the step`,
  });
}

/** Which server committed the first, and when. */
export function violationEvidence(violations: readonly Found[]): Evidence | undefined {
  const [first] = failing(violations);
  return first && { server: first.server, action: first.after };
}

/** A problem with what was found besides: it must not be hidden, and may well be the cause. */
export function withViolations(problem: Problem, violations: readonly Violation[]): Problem {
  const open = failing(violations);
  return open.length === 0 ? problem : { ...problem, mismatches: [...problem.mismatches, ...open.map(mismatchOf)] };
}

function failing<V extends Violation>(violations: readonly V[]): readonly V[] {
  return violations.filter(({ verdict }) => verdict === 'failed');
}
