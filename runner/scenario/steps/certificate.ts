import { checkExpectation, oneOfWords, someItem } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { child } from '../tree.ts';
import { limitOf, written } from './check.ts';
import type { Action } from './context.ts';
import { targetOf, tlsOf } from './peer.ts';

const certificateFields = {
  valid_for: someItem,
  trusted: readMatcher,
  reason: readMatcher,
  days_left: readMatcher,
  not_before: readMatcher,
  not_after: readMatcher,
  issuer: readMatcher,
  subject: readMatcher,
  serial: readMatcher,
  fingerprint: readMatcher,
  alt_names: someItem,
  key: readMatcher,
  chain: someItem,
  tlsa: someItem,
  protocol: readMatcher,
  cipher: readMatcher,
};

export const certificate: Action = {
  expectation: checkExpectation({
    ...oneOfWords('trusted', []),
    hint: 'Say what to look at: { valid_for: mail.example.com, days_left: { at_least: 20 } }',
    fields: certificateFields,
  }),
  label: (action) => `certificate ${written(child(action, 'server'))}`.trim(),
  read(context, action, base) {
    const tls = tlsOf(context, action);
    const server = child(action, 'server');
    if (server === undefined) return { ...base, kind: 'certificate', of: 'connection', tls, limit: limitOf(context) };
    const of = targetOf(context, server);
    return of && { ...base, kind: 'certificate', of, tls, limit: limitOf(context) };
  },
};
