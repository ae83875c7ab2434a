import { nearest } from '../../nearest.ts';
import { recordTypes } from '../../record-types.ts';
import { checkExpectation, isPattern, someItem } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { readPublicText, readString, readText } from '../read.ts';
import { child, type Node } from '../tree.ts';
import { listed } from '../validate.ts';
import { familyOf, limitOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { at, fields } from './fields.ts';
import { dnsFields } from './seen.ts';

/** RFC 6895 section 2.3 */
const statuses = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

export const dns: StepReader<'dns'> = {
  expectation: checkExpectation({
    short: (text, node) =>
      statuses.includes(text) && !isPattern(node)
        ? { field: 'status', read: readMatcher }
        : { field: 'answers', read: someItem },
    hint: 'Write a status, or an answer',
    fields: dnsFields,
  }),
  label: (action) => ['dns', written(child(action, 'type')), written(child(action, 'name'))].filter(Boolean).join(' '),
  read: fields(
    'dns',
    { name: at('name', readText), type: typeOf, limit: limitOf },
    { resolver: at('resolver', readPublicText), family: familyOf },
  ),
};

function typeOf({ scope }: StepContext, action: Node): string | undefined {
  const node = child(action, 'type');
  const type = readString(scope, node, 'A record type')?.toUpperCase();
  if (type === undefined || node === undefined || recordTypes.some((known) => known === type)) return type;
  const near = nearest(type, recordTypes);
  const hint = near === undefined ? `The types are ${listed(recordTypes)}` : `Did you mean "${near}"?`;
  scope.shared.report({ code: 'value.invalid', message: `"${type}" is not a record type`, span: node.span, hint });
  return undefined;
}
