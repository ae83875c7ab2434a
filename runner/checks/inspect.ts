import { many } from '../phrase.ts';
import { CheckError } from './check.ts';
import { limits } from './limits.ts';
import { describeMessage, messageFields } from './mail.ts';
import { keyFinder } from './signature-keys.ts';
import type { CheckOf } from './step.ts';

/** Inspects a message that a step captured. Its line endings may have been changed to LF. */
export const inspect: CheckOf<'inspect'> = async ({ message, resolver }, context) => {
  const text = context.fill(message);
  const octets = Buffer.from(text.includes('\r\n') ? text : text.replaceAll('\n', '\r\n'));
  if (octets.length > limits.message)
    throw new CheckError('protocol.limit', `Cannot inspect the message: it has more than ${limits.message} octets`);
  const keys = keyFinder(context, context.wants.fields(), resolver);
  const evidence = await messageFields({ octets, place: 'the message', facts: {} }, context.signal, keys);
  return {
    evidence,
    transcript: [`inspected a message of ${many(octets.length, 'octet')}`, ...describeMessage(evidence)],
    text,
  };
};
