import type { Scenario } from '../plan.ts';
import type { Reply } from '../protocol/reply.ts';
import type { Step } from '../steps.ts';
import type { Fields } from '../value.ts';

/** What a step saw. */
export type Seen =
  /** `elapsed`: milliseconds from the last send to the reply's last octet. */
  | { readonly kind: 'reply'; readonly reply: Reply; readonly elapsed: number }
  | { readonly kind: 'closed' | 'nothing' }
  | { readonly kind: 'check'; readonly evidence: Fields };

/** Called with what a step saw, before it is compared with the step's expectation. */
export type Witness = (scenario: Scenario, step: Step, seen: Seen) => void;
