import { nearest } from '../../nearest.ts';
import { recordTypes } from '../../record-types.ts';
import { checkExpectation, isPattern, someItem } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { readString, readText } from '../read.ts';
import { child } from '../tree.ts';
import { listed } from '../validate.ts';
import { familyOf, limitOf, written } from './check.ts';
import type { Action } from './context.ts';

/** RFC 6895 section 2.3 */
const statuses = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

export const dns: Action = {
  expectation: checkExpectation({
    short: (text, node) =>
      statuses.includes(text) && !isPattern(node)
        ? { field: 'status', read: readMatcher }
        : { field: 'answers', read: someItem },
    hint: 'Write a status, or an answer',
    fields: {
      answers: someItem,
      joined: readMatcher,
      status: readMatcher,
      text: someItem,
      authenticated: readMatcher,
      authoritative: readMatcher,
    },
  }),
  label: (action) => ['dns', written(child(action, 'type')), written(child(action, 'name'))].filter(Boolean).join(' '),
  read(context, action, base) {
    const { scope } = context;
    const name = readText(scope, child(action, 'name'));
    const node = child(action, 'type');
    const type = readString(scope, node, 'A record type')?.toUpperCase();
    if (name === undefined || type === undefined || node === undefined) return undefined;
    if (!recordTypes.some((known) => known === type)) {
      const near = nearest(type, recordTypes);
      const hint = near === undefined ? `The types are ${listed(recordTypes)}` : `Did you mean "${near}"?`;
      scope.shared.report({ code: 'value.invalid', message: `"${type}" is not a record type`, span: node.span, hint });
      return undefined;
    }
    const resolver = readText(scope, child(action, 'resolver'));
    return {
      ...base,
      kind: 'dns',
      name,
      type,
      limit: limitOf(context),
      ...familyOf(action),
      ...(resolver !== undefined && { resolver }),
    };
  },
};
