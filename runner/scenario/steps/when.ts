import { protocolsWhere } from '../../protocol/protocols.ts';
import type { When } from '../../steps.ts';
import { readText, readTexts, scalar } from '../read.ts';
import { child, type Node } from '../tree.ts';
import { listed } from '../validate.ts';
import type { StepContext } from './context.ts';

/** `when: ${policy}`, or `when: { offers: STARTTLS, lacks: …, captured: … }`. */
export function whenOf(context: StepContext, node: Node | undefined): When | undefined {
  if (node === undefined) return undefined;
  const { scope } = context;
  if (node.kind !== 'map') {
    const text = readText(scope, node);
    return text === undefined ? undefined : { text, offers: [], lacks: [], captured: [] };
  }
  refuseWithoutOffers(context, node);
  const captured = child(node, 'captured');
  const names = captured?.kind === 'list' ? captured.items : captured === undefined ? [] : [captured];
  return {
    offers: readTexts(scope, child(node, 'offers')),
    lacks: readTexts(scope, child(node, 'lacks')),
    captured: names.flatMap((each) => {
      const name = scalar(each);
      if (name === undefined) return [];
      // A name that no earlier step captures is reported like any unknown name.
      readText(scope, { ...name, text: `\${${name.text}}`, value: `\${${name.text}}` });
      return [name.text];
    }),
  };
}

/** mailspec knows what a server advertises only for a connection, and only if the protocol advertises anything. */
function refuseWithoutOffers({ protocol, scope }: StepContext, node: Node): void {
  if (protocol === undefined || protocol.replies.advertises !== undefined) return;
  const span = child(node, 'offers')?.span ?? child(node, 'lacks')?.span;
  if (span === undefined) return;
  const others = protocolsWhere(({ replies }) => replies.advertises !== undefined).map(({ title }) => title);
  scope.shared.report({
    code: 'step.protocol',
    message: `${protocol.title} advertises nothing`,
    span,
    hint: `mailspec knows what a server offers for ${listed(others)}`,
  });
}
