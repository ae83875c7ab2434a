import { childrenOf, factsOf, type Step } from '../steps.ts';

/** Whether no step of a dialogue holds the server to anything. */
export function provesNothing(steps: readonly Step[]): boolean {
  return !steps.some(proves);
}

function proves(step: Step): boolean {
  return step.expect !== undefined || factsOf(step).proves || childrenOf(step).some(proves);
}
