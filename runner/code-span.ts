/** One line as a Markdown code span, whatever backticks it contains (CommonMark section 6.1). */
export function codeSpan(line: string): string {
  const fence = '`'.repeat(Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length)) + 1);
  return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}
