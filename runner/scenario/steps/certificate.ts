import type { Target } from '../../plan.ts';
import { checkExpectation, oneOfWords } from '../check-expectation.ts';
import { child, type Node } from '../tree.ts';
import { limitOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { fields } from './fields.ts';
import { targetOf, tlsOf } from './peer.ts';
import { certificateFields } from './seen.ts';

export const certificate: StepReader<'certificate'> = {
  expectation: checkExpectation({
    ...oneOfWords('trusted', []),
    hint: 'Say what to check: { valid_for: mail.example.com, days_left: { at_least: 20 } }',
    fields: certificateFields,
  }),
  label: (action) => `certificate ${written(child(action, 'server'))}`.trim(),
  read: fields('certificate', { of, tls: tlsOf, limit: limitOf }),
};

function of(context: StepContext, action: Node): 'connection' | Target | undefined {
  return child(action, 'server') === undefined ? 'connection' : targetOf(context, action);
}
