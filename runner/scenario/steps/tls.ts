import { checkExpectation, oneOfWords } from '../check-expectation.ts';
import { child } from '../tree.ts';
import { limitOf, written } from './check.ts';
import type { StepReader } from './context.ts';
import { fields } from './fields.ts';
import { targetOf, tlsOf } from './peer.ts';
import { handshakeFields } from './seen.ts';

export const tls: StepReader<'tls'> = {
  expectation: checkExpectation({
    ...oneOfWords('state', ['accepted', 'refused']),
    fields: handshakeFields,
  }),
  label: (action) =>
    [...new Set(['tls', ...['server', 'min', 'max', 'ciphers', 'groups'].map((key) => written(child(action, key)))])]
      .filter(Boolean)
      .join(' '),
  read: fields('tls', { of: targetOf, tls: tlsOf, limit: limitOf }),
};
