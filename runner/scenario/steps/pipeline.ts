import { child } from '../tree.ts';
import { baseOf } from './base.ts';
import type { StepReader } from './context.ts';
import { readSend, send } from './send.ts';

export const pipeline: StepReader<'pipeline'> = {
  read(context, action, base) {
    const items = action.kind === 'list' ? action.items : [];
    const steps = items.flatMap((item) => {
      const what = child(item, 'send');
      if (item.kind !== 'map' || what === undefined || context.broken(item)) return [];
      const inner = { ...context, step: item };
      return readSend(inner, what, baseOf(inner, 'send', what, base.on, send)) ?? [];
    });
    return { ...base, kind: 'pipeline', steps };
  },
};
