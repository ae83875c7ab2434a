import { checkExpectation, oneOfWords } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { child } from '../tree.ts';
import { limitOf, written } from './check.ts';
import type { Action } from './context.ts';
import { targetOf, tlsOf } from './peer.ts';

export const tls: Action = {
  expectation: checkExpectation({
    ...oneOfWords('state', ['accepted', 'refused']),
    fields: { state: readMatcher, protocol: readMatcher, cipher: readMatcher, reason: readMatcher },
  }),
  label: (action) =>
    ['tls', ...['server', 'min', 'max', 'ciphers'].map((key) => written(child(action, key)))].filter(Boolean).join(' '),
  read(context, action, base) {
    const server = child(action, 'server');
    const of = server && targetOf(context, server);
    return of && { ...base, kind: 'tls', of, tls: tlsOf(context, action), limit: limitOf(context) };
  },
};
