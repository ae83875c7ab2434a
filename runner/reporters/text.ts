/** A text that a line has room for: cut behind a word, where one ends not long before. The whole is in reports for machines. */
export function cut(text: string, limit: number): string {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const head = characters.slice(0, limit - 1).join('');
  return `${/^(.*\S)\s+\S{0,20}$/s.exec(head)?.[1] ?? head}…`;
}
