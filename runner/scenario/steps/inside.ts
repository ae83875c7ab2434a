import { readString } from '../read.ts';
import type { Scope } from '../scope.ts';
import { child } from '../tree.ts';
import type { DialogueContext, StepContext } from './context.ts';

/** The context of steps inside of this one: its `on` is their default. */
export function inside(context: StepContext, scope: Partial<Scope> = {}): DialogueContext {
  const on = child(context.step, 'on');
  return {
    ...context,
    scope: { ...context.scope, ...scope },
    on: (on && readString(context.scope, on, 'A connection')) ?? context.on,
  };
}
