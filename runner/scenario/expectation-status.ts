import { nearest } from '../nearest.ts';
import type { Text } from '../plan.ts';
import type { Span } from '../source.ts';
import type { ReadKey } from './expectation-context.ts';
import { readTexts } from './read.ts';
import type { Node } from './tree.ts';
import { listed } from './validate.ts';

/** Reads reply codes or enhanced status codes. */
export const alternatives =
  (kind: 'code' | 'enhanced'): ReadKey =>
  (context, node, span) => {
    const codes = readTexts(context.scope, node);
    const pattern = kind === 'code' ? /^[1-5](?:[0-9x]{2})$/i : /^[245]\.(?:\d{1,3}|x)\.(?:\d{1,3}|x)$/i;
    const wrong = (code: Text) => typeof code === 'string' && !pattern.test(code);
    const bad = codes.find(wrong);
    if (bad === undefined)
      return [{ kind, codes: codes.map((code) => (typeof code === 'string' ? code.toLowerCase() : code)), span }];
    context.scope.shared.report({
      code: 'value.invalid',
      message: kind === 'code' ? `"${bad}" is not a reply code` : `"${bad}" is not an enhanced status code`,
      span: placeOfItem(node, codes, wrong),
      hint:
        kind === 'code'
          ? 'Write three digits, with x for any: 250, 2xx, [450, 451]'
          : 'Write it as 5.7.1, with x for any number: 5.7.x',
    });
    return [];
  };

/** Reads status words, which must be those of the protocol if it is known. */
export const readStatuses: ReadKey = (context, node, span) => {
  const { scope, protocol } = context;
  const statuses = readTexts(scope, node).map((each) => (typeof each === 'string' ? each.toUpperCase() : each));
  const form = protocol?.replies.status;
  const known = form?.form === 'word' ? form.words : undefined;
  const wrong = (each: Text) => typeof each === 'string' && known !== undefined && !known.includes(each);
  const bad = statuses.find(wrong);
  if (bad === undefined || known === undefined || protocol === undefined) return [{ kind: 'status', statuses, span }];
  const near = nearest(String(bad), known);
  scope.shared.report({
    code: 'value.invalid',
    message: `"${bad}" is not a status of ${protocol.title}`,
    span: placeOfItem(node, statuses, wrong),
    hint: near === undefined ? `Write ${listed(known)}` : `Did you mean "${near}"?`,
  });
  return [];
};

/** The wrong entry of a list, if each entry resulted in one text. */
function placeOfItem(node: Node, texts: readonly Text[], wrong: (text: Text) => boolean): Span {
  const items = node.kind === 'list' && node.items.length === texts.length ? node.items : [];
  return items[texts.findIndex(wrong)]?.span ?? node.span;
}
