/** A text that a line has room for: cut behind a word, where one ends not long before. The whole is in reports for machines. */
export function cut(text: string, limit: number): string {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const head = characters.slice(0, limit - 1).join('');
  return `${/^(.*\S)\s+\S{0,20}$/s.exec(head)?.[1] ?? head}…`;
}

/**
 * What a CI takes for an order to itself when it stands in a log or a report: GitHub's `::error …` at a line's begin
 * and `##[…]`, Azure's `##vso[…]`, TeamCity's `##teamcity[…]`, the `[[ATTACHMENT|path]]` that GitLab and Jenkins read
 * from a case's output (and publish that file).
 */
const orders: readonly (readonly [pattern: RegExp, harmless: string])[] = [
  [/^(\s*):(?=:[a-z][a-z-]*(?:::| ))/gim, '$1: '],
  [/##(?=[a-z]*\[)/gi, '# #'],
  [/\[\[(?=[a-z]+\|)/gi, '[ ['],
];

/** The text as no CI obeys it: a server, its log or a scenario from elsewhere gives no orders. A blank is put between. */
export function inert(text: string): string {
  return orders.reduce((done, [pattern, harmless]) => done.replace(pattern, harmless), text);
}
