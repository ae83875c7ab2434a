import { readDuration } from '../read.ts';
import type { Action } from './context.ts';

export const wait: Action = {
  read({ scope }, action, base) {
    const time = readDuration(scope, action);
    return time === undefined ? undefined : { ...base, kind: 'wait', for: time };
  },
};
