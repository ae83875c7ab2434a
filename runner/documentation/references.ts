import type { Reference } from './page.ts';

interface Kind {
  readonly form: RegExp;
  readonly url: (match: RegExpExecArray) => string;
}

const rfc = (match: RegExpExecArray): string => `https://www.rfc-editor.org/rfc/rfc${match[1]}`;

/** The kinds of references that have an address. */
const kinds: readonly Kind[] = [
  { form: /^https?:\/\/[^\s"'<>`]+$/i, url: ([url]) => url },
  { form: /^RFC ?(\d+)$/i, url: rfc },
  {
    form: /^RFC ?(\d+),? (?:section|sec\.|§) ?([A-Z\d]+(?:\.\d+)*)$/i,
    url: (match) => `${rfc(match)}#section-${match[2]}`,
  },
  {
    form: /^RFC ?(\d+),? appendix ?([A-Z](?:\.\d+)*)$/i,
    url: (match) => `${rfc(match)}#appendix-${match[2]?.toUpperCase()}`,
  },
  {
    form: /^(BCP|STD) ?(\d+)$/i,
    url: (match) => `https://www.rfc-editor.org/info/${match[1]?.toLowerCase()}${match[2]}`,
  },
  { form: /^CVE-\d{4}-\d+$/i, url: ([name]) => `https://www.cve.org/CVERecord?id=${name.toUpperCase()}` },
];

/** `RFC 5321 section 4.1.1.1` with the address of that section; anything else stays as it is. */
export function referenceOf(written: string): Reference {
  const text = written.replace(/\s+/g, ' ').trim();
  for (const { form, url } of kinds) {
    const match = form.exec(text);
    if (match !== null) return { text, url: url(match) };
  }
  return { text };
}
