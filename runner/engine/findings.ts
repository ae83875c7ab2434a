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

/** A violation, together with the action that it answers. */
export interface Found extends Violation {
  readonly after: Action;
  /** The host that committed it: several services of a host are often one program. */
  readonly host: string;
}

/** Where a finding was made: in a step, or at the end of the scenario. */
export type Place = Pick<Step, 'span'> & Partial<Pick<Step, 'otherwise' | 'tolerate'>>;

const none: readonly Finding[] = [];

/**
 * Records the violations in a session, each once per connection. They fail the scenario at its end, unless they are
 * tolerated, the step has an `otherwise`, or its expectation asks for exactly that. Throws `SkipRest`.
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

/** The innermost tolerance that applies. */
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

/** The failure of a scenario whose expectations were met; `undefined` without violations. */
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

/** Which server committed the first violation, and after which action. */
export function violationEvidence(violations: readonly Found[]): Evidence | undefined {
  const [first] = failing(violations);
  return first && { server: first.server, action: first.after };
}

/** Adds violations to a problem: it must not hide them, and they may be its cause. */
export function withViolations(problem: Problem, violations: readonly Violation[]): Problem {
  const open = failing(violations);
  return open.length === 0 ? problem : { ...problem, mismatches: [...problem.mismatches, ...open.map(mismatchOf)] };
}

function failing<V extends Violation>(violations: readonly V[]): readonly V[] {
  return violations.filter(({ verdict }) => verdict === 'failed');
}
