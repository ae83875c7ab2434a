import { withParts } from '../matchers/parts.ts';
import type { Matcher } from '../plan.ts';
import { listOf, recordOf, type Shape } from '../shape.ts';
import {
  countOrItems,
  headerFields,
  lowerCaseNames,
  type ReadField,
  shaped,
  someItem,
  withShape,
} from './check-expectation.ts';
import { fit } from './fit.ts';

/** The parts of a message. */
const parts = {
  problem: 'text',
  size: 'number',
  source: 'text',
  subject: 'text',
  date: 'text',
  delay: 'number',
  message_id: 'text',
  from: 'words',
  to: 'words',
  cc: 'words',
  reply_to: 'words',
  return_path: 'text',
  text: 'text',
  html: 'text',
  headers: recordOf({}, 'any'),
  attachments: listOf(recordOf({ type: 'text', size: 'number', filename: 'text', text: 'text' })),
  report: recordOf({ type: 'text', recipients: listOf(recordOf({}, 'text')) }, 'text'),
  authentication_results: listOf(recordOf({ by: 'text', method: 'text', result: 'text', reason: 'text' }, 'text')),
  dkim: listOf(
    recordOf({
      result: 'text',
      reason: 'text',
      domain: 'words',
      selector: 'text',
      algorithm: 'text',
      canonicalization: 'text',
      signed: 'words',
      aligned: 'truth',
    }),
    'kept',
  ),
  arc: recordOf({ result: 'text', reason: 'text', instances: 'number' }),
} as const satisfies Record<string, Shape>;

/** How mail arrived at a receiver. */
const delivery = {
  client: 'text',
  helo: 'text',
  tls: recordOf({ protocol: 'text', cipher: 'text', cipher_openssl: 'text' }),
  envelope: recordOf({ from: 'text', to: 'words', parameters: recordOf({}, 'text') }),
} as const satisfies Record<string, Shape>;

const stored = recordOf({ file: 'text', folder: 'text', flags: 'words', ...parts });
const arrived = recordOf({ file: 'text', ...delivery, ...parts });
const refusal = recordOf({ command: 'text', code: 'number', enhanced: 'text', ...delivery });

/** The messages of a mailbox. */
export const storedMessages = messagesOf(stored);
/** The messages that a receiver took. */
export const arrivedMessages = messagesOf(arrived);

/** Messages, whose names under `headers` are not case-sensitive. */
function messagesOf(message: Shape): ReadField {
  return withShape(listOf(message), (context, node) => {
    const matcher = countOrItems(context, node);
    return matcher && withHeaders(fit(context, matcher, listOf(message)));
  });
}

/** What a receiver refused: the number of refusals, or matchers for them. */
export const refusals: ReadField = shaped(listOf(refusal), countOrItems);

/** The parts of one message, as separate fields. */
export const messageFields: Readonly<Record<string, ReadField>> = {
  ...Object.fromEntries(
    Object.entries(parts).map(([name, shape]: [string, Shape]) => [
      name,
      typeof shape === 'object' && 'list' in shape ? shaped(shape, someItem) : shaped(shape),
    ]),
  ),
  headers: shaped(recordOf({}, 'any'), headerFields),
};

function withHeaders(matcher: Matcher): Matcher {
  if (matcher.kind !== 'fields') return withParts(matcher, withHeaders);
  return {
    ...matcher,
    fields: matcher.fields.map((each) =>
      each.name === 'headers' ? { ...each, matcher: lowerCaseNames(each.matcher) } : each,
    ),
  };
}
