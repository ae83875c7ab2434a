import { child } from '../tree.ts';
import { baseOf } from './base.ts';
import type { Action } from './context.ts';
import { readSend } from './send.ts';

export const pipeline: Action = {
  connection: true,
  // Each of its steps has its own.
  reply: false,
  read(context, action, base) {
    const items = action.kind === 'list' ? action.items : [];
    const steps = items.flatMap((item) => {
      const what = child(item, 'send');
      if (item.kind !== 'map' || what === undefined || context.broken(item)) return [];
      const inner = { ...context, step: item };
      return readSend(inner, what, baseOf(inner, 'send', what, true, base.on)) ?? [];
    });
    return { ...base, kind: 'pipeline', steps };
  },
};
