import type { Severity } from '../remedy.ts';
import type { ScenarioResult } from '../result.ts';
import type { Backend, Symptom, SymptomKind, Trail } from './cause.ts';
import { mostAlike } from './general.ts';
import { type Group, kept, rank } from './group.ts';
import type { Sign } from './sign.ts';
import { symptomOf } from './symptom.ts';

/** A flaw in the grammar of a reply: the scenario that meets it first may be about something graver, which was checked all the same. */
const ofFlaws: Severity = 'low';

/** What stops scenarios before they come to what they are about: a service is unusable, whichever of them ran. */
const stopping: ReadonlySet<SymptomKind> = new Set(['unreachable', 'silent', 'handshake', 'certificate', 'login']);
const ofStops: Severity = 'high';

/** Accepted, and lost or left waiting. */
const lost: ReadonlySet<Trail['kind']> = new Set(['deferred', 'bounced', 'discarded', 'held']);
const ofLosses: Severity = 'critical';

/** Some clients, or some mail: another connection, or another mailbox, is not affected. */
const ofLimits: Severity = 'medium';
const limits: ReadonlySet<Sign | Backend['kind'] | undefined> = new Set([
  'limit',
  'too many connections',
  'mailbox full',
]);

/** How bad a failure is: what its scenario says, unless it ended before it came to what the scenario is about. */
export function severityOf(result: ScenarioResult): Severity {
  const { scenario, problem } = result;
  const symptom = symptomOf(result);
  if (symptom.sign === 'flaw') return milder(scenario.severity, ofFlaws);
  // Silence is no answer to what the scenario asks: a server that does not reply to RCPT accepts no mail from strangers.
  const isStopped = isStop(symptom) || problem?.code === 'reply.timeout';
  return isStopped ? milder(scenario.severity, ofStops) : scenario.severity;
}

/** How bad a cause is: what several scenarios have in common is as bad as it is, whichever of them ran. */
export function severityOfCause(
  group: Group,
  { backend, sign, trail }: { readonly backend?: Backend; readonly sign?: Sign; readonly trail?: Trail },
): Severity {
  const { symptom, decisive, others } = group;
  // What could not be checked because the server protects itself is no fault of it.
  if (symptom.kind === 'defended') return 'info';
  if (limits.has(backend?.kind) || limits.has(sign)) return ofLimits;
  if (isStop(symptom)) return backend !== undefined || others.length > 0 ? ofStops : gravest(decisive);
  if (symptom.kind === 'refused' && isForAll(group, backend)) return ofStops;
  if (symptom.kind === 'delivery' && trail !== undefined) {
    if (lost.has(trail.kind)) return ofLosses;
    // It is in another mailbox.
    if (trail.to !== undefined && trail.asked !== undefined) return ofStops;
  }
  const about = decisive.length > 0 && symptom.kind !== 'refused' ? decisive : kept(group);
  return gravest(about);
}

/** One offer that is refused is about that offer: TLS begins with another. */
function isStop({ kind, offer }: Symptom): boolean {
  return stopping.has(kind) && offer === undefined;
}

/** A service that the server waits for, a sign of what stops everything, or 530 (RFC 3207 section 4): whatever is asked. */
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
