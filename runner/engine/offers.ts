import { byIdentity } from '../by-identity.ts';
import type { Scenario } from '../plan.ts';
import type { Reply } from '../protocol/reply.ts';
import { childrenOf, type Step } from '../steps.ts';
import { type Fields, isWords } from '../value.ts';
import type { Session } from './session.ts';

/** Whether a step of the scenario depends on what a server advertises. */
export function asksForOffers({ dialogue, after }: Scenario): boolean {
  return anyAsks(dialogue) || anyAsks(after);
}

const anyAsks = byIdentity((steps: readonly Step[]) => steps.some(asks));

function asks(step: Step): boolean {
  const { when } = step;
  if (step.kind === 'authenticate' && step.credentials.initialResponse === undefined) return true;
  return (when !== undefined && when.offers.length + when.lacks.length > 0) || childrenOf(step).some(asks);
}

/** What the reply to the last action advertises; `undefined` if the action was not about that. */
export function offersIn({ protocol, lastAction }: Session, reply: Reply): Fields | undefined {
  const { hello, replies } = protocol;
  const { advertises } = replies;
  if (advertises === undefined) return undefined;
  // Other replies may look like it.
  const only = advertises.kind === 'extension' ? hello : advertises.command;
  if (only !== undefined) {
    if (lastAction.kind !== 'command') return undefined;
    const [verb = ''] = (lastAction.line ?? lastAction.label).split(' ', 1);
    if (verb.toUpperCase() !== only) return undefined;
  }
  return advertises.of(reply);
}

/** Whether a keyword such as `STARTTLS`, `AUTH PLAIN` or `AUTH=PLAIN` is advertised, with its parameter. */
export function isOffered(offers: Fields, wanted: string): boolean {
  const [keyword = '', ...parameters] = wanted
    .trim()
    .toUpperCase()
    .split(/[\s=]+/);
  const own = Object.entries(offers).find(([name]) => name.toUpperCase() === keyword)?.[1];
  if (own === undefined) return false;
  const words = isWords(own) ? own.words.map((word) => word.toUpperCase()) : [];
  return parameters.every((parameter) => words.includes(parameter));
}
