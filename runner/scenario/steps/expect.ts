import type { Action } from './context.ts';

export const expect: Action = {
  connection: true,
  reply: true,
  read: (_context, _action, base) => ({ ...base, kind: 'expect' }),
};
