import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import type { Backend, Symptom, SymptomKind, Trail } from './cause.ts';
import { mostAlike } from './general.ts';
import { type Group, kept, rank } from './group.ts';
import type { Sign } from './sign.ts';
import { symptomOf } from './symptom.ts';

/**
 * A violation of a reply's grammar: the scenario that finds it first may be about something more severe, which was
 * checked all the same.
 */
const ofFlaws: Severity = 'low';

/** Kinds that stop scenarios before they reach their subject: a service is unusable, whichever scenario ran. */
const stopping: ReadonlySet<SymptomKind> = new Set(['unreachable', 'silent', 'handshake', 'certificate', 'login']);
const ofStops: Severity = 'high';

/** Mail was accepted, and then lost or left waiting. */
const lost: ReadonlySet<Trail['kind']> = new Set(['deferred', 'bounced', 'discarded', 'held']);
const ofLosses: Severity = 'critical';

/** Only some clients or some mail are affected: another connection or mailbox works. */
const ofLimits: Severity = 'medium';
const limits: ReadonlySet<Sign | Backend['kind'] | undefined> = new Set([
  'limit',
  'too many connections',
  'mailbox full',
]);

/** The severity of a failure: its scenario's, unless it ended before reaching what the scenario is about. */
export function severityOf(result: ScenarioResult): Severity {
  const { scenario, problem } = result;
  const symptom = symptomOf(result);
  if (symptom.sign === 'flaw') return milder(scenario.severity, ofFlaws);
  // Silence does not answer the scenario's question: a server that does not reply to RCPT does not relay for strangers.
  const isStopped = isStop(symptom) || problem?.code === 'reply.timeout';
  return isStopped ? milder(scenario.severity, ofStops) : scenario.severity;
}

/** The severity of a cause: a common problem is as severe as it is, whichever scenarios ran. */
export function severityOfCause(
  group: Group,
  { backend, sign, trail }: { readonly backend?: Backend; readonly sign?: Sign; readonly trail?: Trail },
): Severity {
  const { symptom, decisive, others } = group;
  // A server that protects itself is not at fault if it could not be checked.
  if (symptom.kind === 'defended') return 'info';
  const isLimit = limits.has(backend?.kind) || limits.has(sign);
  if (isOnlyAdvice(group) && (isLimit || backend === undefined)) return gravest(kept(group));
  if (isLimit) return ofLimits;
  if (isStop(symptom)) return backend !== undefined || others.length > 0 ? ofStops : gravest(decisive);
  if (symptom.kind === 'refused' && isForAll(group, backend)) return ofStops;
  if (symptom.kind === 'delivery' && trail !== undefined) {
    if (lost.has(trail.kind)) return ofLosses;
    // It was delivered to another mailbox.
    if (trail.to !== undefined && trail.asked !== undefined) return ofStops;
  }
  const about = decisive.length > 0 && symptom.kind !== 'refused' ? decisive : kept(group);
  return gravest(about);
}

/**
 * Whether a server that cannot be reached or does not answer only leads to warnings: everything that must work did, so
 * it can be used.
 */
function isOnlyAdvice({ symptom: { kind }, outcomes }: Group): boolean {
  return (kind === 'unreachable' || kind === 'silent') && [...outcomes.keys()].every((each) => each === 'warning');
}

/** A single refused offer only concerns that offer: TLS starts with another one. */
function isStop({ kind, offer }: Symptom): boolean {
  return stopping.has(kind) && offer === undefined;
}

/**
 * Whether everything is affected: by a backend that the server waits for, by what a sign means, or by 530 (RFC 3207
 * section 4).
 */
function isForAll({ symptom, suites, replies }: Group, backend: Backend | undefined): boolean {
  const wantsTls = [...replies].some((reply) => reply.startsWith('530 '));
  return backend !== undefined || symptom.sign !== undefined || wantsTls || suites.size > mostAlike;
}

function milder(one: Severity, other: Severity): Severity {
  return rank(one) > rank(other) ? one : other;
}

function gravest(results: readonly ScenarioResult[]): Severity {
  return results.map(severityOf).sort((a, b) => rank(a) - rank(b))[0] ?? 'medium';
}
