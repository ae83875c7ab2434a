import type { Did } from '../authoring/exchange.ts';
import type { Expectation } from '../plan.ts';
import type { Span } from '../source.ts';
import type { Step } from '../steps.ts';

/** What a user types is not in a file. */
const span: Span = { file: { path: 'talk', text: '' }, start: 0, end: 0 };
const base = { span, on: '', captures: [] } as const;

/** Steps that always read a reply accept any. */
const anything: Expectation = { kind: 'reply', conditions: [], span };

/** The step for an action, without an expectation: any reply is read and shown. */
export function stepOf(did: Did): Step {
  switch (did.kind) {
    case 'line':
      return { ...base, kind: 'send', label: did.text, what: { form: 'line', text: did.text } };
    case 'parts':
      return { ...base, kind: 'send', label: 'send', what: { form: 'parts', parts: did.parts } };
    case 'raw':
      return { ...base, kind: 'send', label: 'send', what: { form: 'raw', text: did.octets, encoding: 'binary' } };
    case 'message':
      return { ...base, kind: 'message', label: 'message', message: { source: { from: 'raw', text: did.text } } };
    case 'compress':
      return { ...base, kind: 'compress', label: 'compress', expect: anything };
    case 'starttls':
      return { ...base, kind: 'starttls', label: 'starttls', tls: {}, fails: false, expect: anything };
    case 'login': {
      const { mechanism, credentials } = did;
      const login = { ...credentials, mechanism };
      return {
        ...base,
        kind: 'authenticate',
        label: `authenticate ${mechanism}`,
        credentials: login,
        expect: anything,
      };
    }
    case 'close':
      return { ...base, kind: 'close', label: 'close' };
    case 'wait':
    case 'pipeline':
    case 'written':
      return { ...base, kind: 'wait', label: 'wait', for: 0 };
  }
}
