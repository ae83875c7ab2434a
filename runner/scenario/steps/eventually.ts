import { readDuration } from '../read.ts';
import { child } from '../tree.ts';
import type { Action } from './context.ts';
import { inside } from './inside.ts';

/** How long `eventually` waits between tries. */
const defaultEvery = 1000;

export const eventually: Action = {
  read(context, action, base) {
    const within = readDuration(context.scope, child(action, 'within'));
    const every = readDuration(context.scope, child(action, 'every')) ?? defaultEvery;
    const dialogue = context.dialogue(inside(context), child(action, 'dialogue'));
    return within === undefined ? undefined : { ...base, kind: 'eventually', within, every, dialogue };
  },
};
