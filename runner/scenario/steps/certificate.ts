import type { Target } from '../../plan.ts';
import { checkExpectation, oneOfWords, someItem } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { child, type Node } from '../tree.ts';
import { limitOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { fields } from './fields.ts';
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

export const certificate: StepReader<'certificate'> = {
  expectation: checkExpectation({
    ...oneOfWords('trusted', []),
    hint: 'Say what to look at: { valid_for: mail.example.com, days_left: { at_least: 20 } }',
    fields: certificateFields,
  }),
  label: (action) => `certificate ${written(child(action, 'server'))}`.trim(),
  read: fields('certificate', { of, tls: tlsOf, limit: limitOf }),
};

function of(context: StepContext, action: Node): 'connection' | Target | undefined {
  return child(action, 'server') === undefined ? 'connection' : targetOf(context, action);
}
