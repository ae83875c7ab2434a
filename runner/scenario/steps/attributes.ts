import type { Attribute } from '../../sending.ts';
import { readText } from '../read.ts';
import { entriesOf, type Node } from '../tree.ts';
import type { StepContext, StepReader } from './context.ts';
import { fields } from './fields.ts';

/** What a trusted client reports of the real one. */
function attributesOf({ scope }: StepContext, action: Node): readonly Attribute[] {
  return entriesOf(action).flatMap(({ key, node }) => {
    const value = readText(scope, node);
    return value === undefined ? [] : [{ name: key.toUpperCase(), value }];
  });
}

const instead = 'XCLIENT and XFORWARD are commands of Postfix for SMTP and LMTP';

export const xclient: StepReader<'xclient'> = {
  fits: ({ speaksForOthers }) => speaksForOthers === true,
  instead,
  read: fields('xclient', { attributes: attributesOf }),
};

export const xforward: StepReader<'xforward'> = {
  fits: ({ speaksForOthers }) => speaksForOthers === true,
  instead,
  read: fields('xforward', { attributes: attributesOf }),
};
