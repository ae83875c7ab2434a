import { visible } from '../visible.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as HTML's text or attribute: no markup, no control characters; line breaks stay. */
export function escapeHtml(text: string): string {
  return text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[&<>"']/g, (each) => entities[each] ?? each);
}

/** An author's sentences: what stands in backticks as code. */
export function proseHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`\n]+)`/g, '<code>$1</code>');
}

/** A name in which a line may break, behind what its parts end with. */
export function nameHtml(name: string): string {
  return escapeHtml(visible(name)).replace(/[/#:@,=]+(?=[^/#:@,=])|(?<=\w)[._-](?=\w)/g, '$&<wbr>');
}

/** A web address as a link; no other scheme: an author must not get script into the page. */
export function linkHtml(url: string, text: string): string {
  const words = escapeHtml(visible(text));
  return /^https?:\/\/[^\s"'<>]+$/i.test(url)
    ? `<a href="${escapeHtml(url)}" rel="noreferrer">${words}</a>`
    : escapeHtml(visible(url));
}
