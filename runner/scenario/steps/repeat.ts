import { readCount } from '../read.ts';
import { child } from '../tree.ts';
import type { Action } from './context.ts';
import { inside } from './inside.ts';

export const repeat: Action = {
  read(context, action, base) {
    const times = readCount(context.scope, child(action, 'times'));
    const dialogue = context.dialogue(inside(context, { repeats: true }), child(action, 'dialogue'));
    return times === undefined ? undefined : { ...base, kind: 'repeat', times, dialogue };
  },
};
