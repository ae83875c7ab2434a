import { visible } from '../visible.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML text or attribute: no markup, no control characters; line breaks stay. */
export function escapeHtml(text: string): string {
  return text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[&<>"']/g, (each) => entities[each] ?? each);
}

/** An author's sentences, in which backticks mark code. */
export function proseHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`\n]+)`/g, '<code>$1</code>');
}

/** A name in which a line may break after separators. */
export function nameHtml(name: string): string {
  return escapeHtml(visible(name)).replace(/[/#:@,=]+(?=[^/#:@,=])|(?<=\w)[._-](?=\w)/g, '$&<wbr>');
}

/** A web address as a link. No other scheme is allowed, so that an author cannot inject script into the page. */
export function linkHtml(url: string, text: string): string {
  const words = escapeHtml(visible(text));
  return /^https?:\/\/[^\s"'<>]+$/i.test(url)
    ? `<a href="${escapeHtml(url)}" rel="noreferrer">${words}</a>`
    : escapeHtml(visible(url));
}
