import type { Action } from './context.ts';

export const expect: Action = {
  read: (_context, _action, base) => ({ ...base, kind: 'expect' }),
};
