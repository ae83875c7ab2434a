import type { Action } from './context.ts';

/** The steps that have no reply, and little to say. */
export const close: Action = {
  read: (_context, _action, base) => ({ ...base, kind: 'close' }),
};
export const reset: Action = {
  read: (_context, _action, base) => ({ ...base, kind: 'reset' }),
};
export const connect: Action = {
  read: (_context, _action, base) => ({ ...base, kind: 'connect' }),
};
