import { byIdentity } from '../by-identity.ts';
import { childrenOf, factsOf, type Step } from '../steps.ts';

/** Whether no step of a dialogue expects anything of the server. */
export const provesNothing = byIdentity((steps: readonly Step[]) => !steps.some(proves));

/**
 * A step that may not run proves nothing, nor does one after which the scenario passes even if its expectation is not
 * met.
 */
function proves(step: Step): boolean {
  if (step.when !== undefined || step.otherwise === 'pass') return false;
  return step.expect !== undefined || factsOf(step).proves || childrenOf(step).some(proves);
}
