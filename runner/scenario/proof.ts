import type { Step } from '../steps.ts';

/** Whether no step of a dialogue holds the server to anything. */
export function provesNothing(steps: readonly Step[]): boolean {
  return !steps.some(proves);
}

function proves(step: Step): boolean {
  if (step.expect !== undefined) return true;
  switch (step.kind) {
    // They must succeed without being told so.
    case 'starttls':
    case 'handshake':
    case 'authenticate':
    case 'run':
      return true;
    case 'pipeline':
      return step.steps.some(proves);
    case 'eventually':
    case 'repeat':
    case 'use':
      return step.dialogue.some(proves);
    default:
      return false;
  }
}
