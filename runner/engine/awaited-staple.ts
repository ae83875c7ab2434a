import { byIdentity } from '../by-identity.ts';
import type { Scenario } from '../plan.ts';
import { childrenOf, type Step } from '../steps.ts';
import { fieldsOf } from './steps/expected-fields.ts';

/**
 * Whether a scenario checks the stapled certificate status on its own connection: only then is the server asked for it.
 */
export function expectsStaple({ dialogue, after }: Scenario): boolean {
  return asksForStaple(dialogue) || asksForStaple(after);
}

const asksForStaple = byIdentity((steps: readonly Step[]): boolean => steps.some(isAbout));

function isAbout(step: Step): boolean {
  const isOwn = step.kind === 'certificate' && step.of === 'connection';
  return (isOwn && fieldsOf(step.expect).some(({ name }) => name === 'ocsp')) || childrenOf(step).some(isAbout);
}
