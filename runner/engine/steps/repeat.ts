import type { Step } from '../../steps.ts';
import { type Context, scopeFor } from '../context.ts';

/** `repeat`: `${index}` counts from 1; `for` iterates over the list as it was captured when the step began. */
export async function repeat(step: Extract<Step, { kind: 'repeat' }>, context: Context): Promise<void> {
  const outer = context.index;
  const { over } = step;
  const items = typeof over === 'number' ? undefined : itemsOf(context, over.list);
  const times = typeof over === 'number' ? over : (items?.length ?? 0);
  try {
    for (let index = 1; index <= times; index++) {
      context.index = index;
      const item = items?.[index - 1];
      if (typeof over !== 'number' && item !== undefined) scopeFor(context, step.on).capture(over.name, item);
      await context.runAll(step.dialogue);
    }
  } finally {
    context.index = outer;
  }
}

/** The items of a captured list; a single value is a list of one, an empty value an empty list. */
function itemsOf({ captures, lists }: Context, name: string): readonly string[] {
  const value = captures.get(name);
  return lists.get(name) ?? (value === undefined || value === '' ? [] : [value]);
}
