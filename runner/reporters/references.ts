import { visible } from '../visible.ts';
import { escapeHtml } from './html-escape.ts';

/** A reference as HTML: RFCs and their sections link to the RFC Editor, and web addresses to themselves. */
export function referenceHtml(reference: string): string {
  const text = visible(reference);
  const url = addressOf(text);
  return url === undefined ? escapeHtml(text) : `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(text)}</a>`;
}

function addressOf(text: string): string | undefined {
  const [, number, section] = /^RFC\s*(\d{1,5})(?:,?\s+section\s+([\dA-Z](?:[\w.]*\w)?))?$/i.exec(text) ?? [];
  if (number !== undefined)
    return `https://www.rfc-editor.org/rfc/rfc${number}${section === undefined ? '' : `#section-${section}`}`;
  // No other scheme is allowed, so that an author cannot inject script into the page.
  return /^https?:\/\/[^\s"'<>]+$/i.test(text) ? text : undefined;
}
