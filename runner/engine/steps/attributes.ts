import { escapeOctets } from '../../encoding.ts';
import { isPositive } from '../../protocol/protocols.ts';
import type { Attribute } from '../../sending.ts';
import type { Step } from '../../steps.ts';
import { type Context, fillText, sessionFor } from '../context.ts';
import { perform } from './command.ts';

/** `xclient`: the server treats the session as that client's. After a positive reply the session starts over. */
export async function xclient(step: Extract<Step, { kind: 'xclient' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  const reply = await perform(step, context, session, `XCLIENT ${written(step.attributes, step, context)}`);
  if (reply !== undefined && isPositive(reply)) session.offers = undefined;
}

/** `xforward`: the server only logs that client. */
export async function xforward(step: Extract<Step, { kind: 'xforward' }>, context: Context): Promise<void> {
  const session = await sessionFor(context, step);
  await perform(step, context, session, `XFORWARD ${written(step.attributes, step, context)}`);
}

/** Postfix's XCLIENT_README and XFORWARD_README: values are in xtext, and IPv6 addresses have a prefix. */
function written(attributes: readonly Attribute[], step: Step, context: Context): string {
  return attributes
    .map(({ name, value }) => {
      const text = fillText(context, value, step.on);
      const isIpv6 = name.endsWith('ADDR') && text.includes(':') && !/^IPV6:/i.test(text);
      return `${name}=${escapeOctets(Buffer.from(isIpv6 ? `IPV6:${text}` : text), 'xtext')}`;
    })
    .join(' ');
}
