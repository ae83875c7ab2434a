import { isNode, isSeq, parseDocument } from 'yaml';

/** The items of a YAML list as they are written; any other or invalid text is returned unchanged. */
export function listedSteps(text: string): readonly string[] {
  const { contents, errors } = parseDocument(text);
  if (errors.length > 0 || !isSeq(contents) || contents.items.length === 0) return [text];
  return contents.items.flatMap((item) => (isNode(item) && item.range ? [text.slice(...ends(item.range))] : []));
}

function ends([start, end]: readonly [number, number, number]): readonly [number, number] {
  return [start, end];
}
