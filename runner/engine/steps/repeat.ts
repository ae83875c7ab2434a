import type { Step } from '../../steps.ts';
import { type Context, scopeFor } from '../context.ts';

/** `repeat`: `${index}` counts from 1; `for` goes over what was captured when it began. */
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

/** A list's items; one value is a list of one, an empty one of none. */
function itemsOf({ captures, lists }: Context, name: string): readonly string[] {
  const value = captures.get(name);
  return lists.get(name) ?? (value === undefined || value === '' ? [] : [value]);
}
