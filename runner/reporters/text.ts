/**
 * Text shortened to one line: cut after a word if one ends shortly before the limit. Machine-readable reports have all
 * of it.
 */
export function cut(text: string, limit: number): string {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const head = characters.slice(0, limit - 1).join('');
  return `${/^(.*\S)\s+\S{0,20}$/s.exec(head)?.[1] ?? head}…`;
}
